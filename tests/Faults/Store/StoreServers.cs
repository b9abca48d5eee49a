using GoCart.AppHost;
using GoCart.AppHost.Installing;
using GoCart.AppHost.Local;
using GoCart.AppHost.Starting;
using GoCart.Tests.Infrastructure;

namespace GoCart.Faults.Store;

/// <summary>
/// The servers of a store. A PostgreSQL and a RabbitMQ are always there; a cluster takes the place of the one, or a standby is
/// put beside the other, for the rounds that need it.
/// </summary>
internal sealed class StoreServers(Installation installation, StoreLayout layout, DataFolder folder)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(7);

    private readonly PrivateServers _oneEach = new(installation, layout, folder);
    private PostgresServer? _standby;
    private BrokerCluster? _cluster;
    private PostgresPair? _pair;

    /// <summary>Those in use.</summary>
    public ServerSet Set { get; private set; }

    public PostgresServer Postgres => _oneEach.Postgres;

    public RabbitServer Rabbit => _oneEach.Rabbit;

    /// <summary>Others cannot be made of containers.</summary>
    public bool AreInstalled => Postgres is InstalledPostgres && Rabbit is InstalledRabbit;

    /// <summary>Made for the first round that needs it, with ports that it keeps.</summary>
    public BrokerCluster Cluster => _cluster ??= new(
        node => installation.Rabbit(new RabbitSettings(
            folder.ServerFolder(node.Node), Ports.Free(), Ports.Free(), BrokerPassword, folder.BeginLog(node.Node))
        { Cluster = node }),
        BrokerPassword);

    /// <summary>One of the cluster's.</summary>
    public BrokerServer NodeOf(int node) => new(Cluster.Nodes[node]);

    public PostgresPair Pair => _pair ??= new(
        Postgres, Standby, new PostgresScripts(Path.Combine(folder.Servers, "scripts"), folder.File("logs")));

    /// <summary>Where the services find them.</summary>
    public StoreConnections Connections => Set switch
    {
        ServerSet.BrokerCluster => _oneEach.Connections with
        {
            Brokers = RabbitDefinitions.Services.ToDictionary(service => service, Cluster.AddressesFor),
        },
        ServerSet.DatabasePair => _oneEach.Connections with
        {
            Databases = _oneEach.Connections.Databases.ToDictionary(
                database => database.Key, database => database.Value with { Service = Pair.OnBoth(database.Value.Service) }),
        },
        _ => _oneEach.Connections,
    };

    private PostgresServer Standby => _standby ??= installation.Postgres(new PostgresSettings(
        folder.ServerFolder("postgres-standby"), Ports.Free(), folder.Passwords.Of("database/" + PostgresServer.Superuser),
        folder.BeginLog("postgres-standby")));

    /// <summary>Starts those that are always there; the databases are there and empty.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(Rabbit.StartAsync(cancellationToken), _oneEach.StartPostgresAsync(cancellationToken));
        WriteOperatorFile();
    }

    /// <summary>Makes the others while no service runs. What the databases hold stays; the queues of a cluster are empty in the beginning.</summary>
    public async Task UseAsync(ServerSet set, CancellationToken cancellationToken)
    {
        if (set == Set)
            return;

        if (Set == ServerSet.BrokerCluster)
        {
            await Cluster.StopAsync();
            await Task.WhenAll(Cluster.Nodes.Select(node => node.DeleteDataAsync(cancellationToken)));
        }
        else if (Set == ServerSet.DatabasePair)
        {
            await Pair.FailBackAsync(cancellationToken);
        }

        if (set == ServerSet.BrokerCluster)
            await Cluster.StartAsync(cancellationToken);
        else if (set == ServerSet.DatabasePair)
            await Pair.FollowAsync(cancellationToken);

        Set = set;
        WriteOperatorFile();
    }

    /// <summary>A database, as superuser, of whichever server is the primary.</summary>
    public string ConnectionString(string database) => Current(Postgres.ConnectionString(database));

    public async Task StopAsync()
    {
        await Rabbit.StopAsync(TimeSpan.Zero);
        if (_cluster is not null)
            await _cluster.StopAsync();
        if (_standby is not null)
            await _standby.StopAsync(TimeSpan.Zero);
        await Postgres.StopAsync(Patience);
    }

    private string Current(string connectionString) =>
        Set == ServerSet.DatabasePair ? Pair.OnBoth(connectionString) : connectionString;

    private void WriteOperatorFile()
    {
        var databases = new StoreDatabases(Postgres, role => folder.Passwords.Of("database/" + role));
        var broker = Set == ServerSet.BrokerCluster ? Cluster.Nodes[0] : Rabbit;
        OperatorFile.Write(
            folder.File("operator.json"),
            StoreDatabases.Names.ToDictionary(name => name, name => Current(databases.AuditorConnectionString(name))),
            StoreDatabases.Names.ToDictionary(name => name, name => Current(databases.OwnerConnectionString(name))),
            broker.AddressFor(RabbitDefinitions.Administrator), broker.Management, _oneEach.ManagementLogin);
    }

    private string BrokerPassword(string user) => folder.Passwords.Of("broker/" + user);
}
