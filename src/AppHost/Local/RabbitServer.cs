namespace GoCart.AppHost.Local;

/// <param name="Folder">A folder of the broker's own; made when it is missing.</param>
/// <param name="Port">AMQP, on 127.0.0.1.</param>
/// <param name="ManagementPort">HTTP, on 127.0.0.1.</param>
/// <param name="PasswordOf">The password of a user of <see cref="RabbitDefinitions"/>.</param>
internal sealed record RabbitSettings(
    string Folder, int Port, int ManagementPort, Func<string, string> PasswordOf, string LogFile)
{
    /// <summary>Null: a broker of one node.</summary>
    public RabbitCluster? Cluster { get; init; }
}

/// <summary>Nodes on this machine that are one broker; a queue has its copies on three of them.</summary>
/// <param name="Node">This one's name, such as rabbit1.</param>
/// <param name="Configuration">What rabbitmq.conf says of the cluster: all nodes, and what they do without the others.</param>
/// <param name="EpmdPort">Where the nodes find each other.</param>
internal sealed record RabbitCluster(string Node, string Configuration, int EpmdPort);

/// <summary>A private RabbitMQ with its management page on 127.0.0.1.</summary>
internal abstract class RabbitServer(RabbitSettings settings) : LocalServer
{
    public int Port => settings.Port;

    public Uri Management => new($"http://127.0.0.1:{settings.ManagementPort}/");

    protected RabbitSettings Settings => settings;

    public string AddressFor(string user, string virtualHost = "/") =>
        $"amqp://{user}:{settings.PasswordOf(user)}@127.0.0.1:{settings.Port}/{Uri.EscapeDataString(virtualHost)}";

    /// <summary>Everything confirmed lies on disk already, so a broker that dawdles is killed without harm.</summary>
    public override async Task StopAsync(TimeSpan patience)
    {
        if (Process is not null)
            await Process.StopAsync(Signal.Terminate, patience);
    }

    /// <param name="address">Where it listens: inside a container that has to be every interface.</param>
    protected static string Configuration(string address, int port, int managementPort, string definitionsFile) =>
        $"""
        listeners.tcp.1 = {address}:{port}
        management.tcp.ip = {address}
        management.tcp.port = {managementPort}
        load_definitions = {definitionsFile}
        disk_free_limit.absolute = 256MB
        # A quorum queue keeps in memory what this log holds: the default of 512 MB is for machines of its own.
        raft.wal_max_size_bytes = 67108864
        log.console = true
        log.file = false

        """;
}
