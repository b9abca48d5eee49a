using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using GoCart.AppHost.Local;

namespace GoCart.Tests.Infrastructure;

/// <summary>A RabbitMQ of three nodes on this machine, which form a cluster as deploy/rabbitmq/cluster.conf has it.</summary>
internal sealed class BrokerCluster
{
    /// <summary>By their names there, those names that are the beginning of another's last.</summary>
    private static readonly (string There, string Here)[] Names =
        [("rabbit@rabbitmq-3", "rabbit3"), ("rabbit@rabbitmq-2", "rabbit2"), ("rabbit@rabbitmq", "rabbit1")];

    private static readonly TimeSpan CompletionLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    private readonly Func<string, string> _passwordOf;

    /// <param name="create">A server, not started, for a node.</param>
    /// <param name="passwordOf">The password of a user of <see cref="RabbitDefinitions"/>.</param>
    public BrokerCluster(Func<RabbitCluster, RabbitServer> create, Func<string, string> passwordOf)
    {
        _passwordOf = passwordOf;
        var configuration = File.ReadAllText(Repository.Path("deploy/rabbitmq/cluster.conf"));
        foreach (var (there, here) in Names)
            configuration = configuration.Replace(there, NodeName(here), StringComparison.Ordinal);
        var epmdPort = Ports.Free();
        Nodes = [.. Names.Select(name => name.Here).Order().Select(name => create(new RabbitCluster(name, configuration, epmdPort)))];
    }

    public IReadOnlyList<RabbitServer> Nodes { get; }

    /// <summary>All nodes, as a service is told of them.</summary>
    public string AddressesFor(string user) => string.Join(',', Nodes.Select(node => node.AddressFor(user)));

    /// <summary>Returns when every node takes connections.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // One after the other, as the Compose file has it: the first starts the port mapper that all use, and each joins those before it.
        foreach (var node in Nodes)
            await node.StartAsync(cancellationToken);
    }

    public Task StopAsync() => Task.WhenAll(Nodes.Select(node => node.StopAsync(TimeSpan.Zero)));

    /// <summary>As Erlang knows it.</summary>
    public static string NameOf(int node) => NodeName($"rabbit{node + 1}");

    /// <summary>
    /// Which of the nodes leads a queue. Returns when every node has its copy of every queue: one is declared as soon as a majority
    /// has it, and if a node dies while the third is late, what is left has no majority.
    /// </summary>
    public async Task<int> LeaderOfAsync(string queue, CancellationToken cancellationToken)
    {
        var login = $"{RabbitDefinitions.Administrator}:{_passwordOf(RabbitDefinitions.Administrator)}";
        using var http = new HttpClient { BaseAddress = Nodes[0].Management };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(login)));

        string? leader = null;
        await Wait.UntilAsync(
            async () =>
            {
                using var found = JsonDocument.Parse(await http.GetStringAsync(new Uri("api/queues/%2F", UriKind.Relative), cancellationToken));
                var queues = found.RootElement.EnumerateArray().ToList();
                leader = queues.Where(each => each.GetProperty("name").GetString() == queue)
                    .Select(each => each.TryGetProperty("leader", out var node) ? node.GetString() : null).FirstOrDefault();
                return leader is not null && queues.TrueForAll(each =>
                    each.TryGetProperty("online", out var online) && online.GetArrayLength() == Nodes.Count);
            },
            BetweenLooks, cancellationToken).WaitAsync(CompletionLimit, cancellationToken);
        return Enumerable.Range(0, Nodes.Count).First(node => NameOf(node) == leader);
    }

    private static string NodeName(string name) => $"{name}@localhost";
}
