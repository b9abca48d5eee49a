using System.Runtime.Versioning;
using GoCart.AppHost;
using GoCart.AppHost.Installing;
using GoCart.AppHost.Local;
using GoCart.AppHost.Starting;
using GoCart.Operator;
using GoCart.Tests.Infrastructure;
using Npgsql;

[assembly: SupportedOSPlatform("linux")]

namespace GoCart.Faults.Store;

/// <summary>
/// A whole store of real processes, with a line of ours between each two of them that talk: every process can be killed and
/// frozen, every line cut, slowed and made to hang.
/// </summary>
internal sealed class FaultStore : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(7);

    private readonly DataFolder _folder;
    private readonly int _portOffset;
    private readonly bool _isBehindLines;
    private readonly Dictionary<string, string> _logs = [];

    private FaultStore(DataFolder folder, StoreServers servers, int portOffset, bool isBehindLines)
    {
        _folder = folder;
        _portOffset = portOffset;
        _isBehindLines = isBehindLines;
        Servers = servers;
        Database = new DatabaseServer(servers.Postgres, folder);
        Broker = new BrokerServer(servers.Rabbit);
    }

    public StoreServers Servers { get; }

    public DatabaseServer Database { get; }

    public BrokerServer Broker { get; }

    public Lines Lines { get; } = new();

    /// <summary>Each copy of each service, the gateway first.</summary>
    public IReadOnlyList<ServiceProcess> Services { get; private set; } = [];

    public Uri Gateway => Services[0].Address;

    /// <summary>Where every process of the store writes.</summary>
    public string Logs => _folder.File("logs");

    /// <summary>What users signs its tokens with.</summary>
    public string SigningKeyFile => _folder.File("signing-key.pem");

    /// <summary>Of databases and broker.</summary>
    public IEnumerable<string> Passwords =>
    [
        .. RabbitDefinitions.Users.Select(user => _folder.Passwords.Of("broker/" + user)),
        .. StoreDatabases.Names.Select(role => _folder.Passwords.Of("database/" + role)),
    ];

    /// <summary>What the operator's tools connect with, past all lines.</summary>
    public OperatorSettings OperatorSettings =>
        OperatorSettings.Read(_folder.File("operator.json"), _ => null, _folder.Path);

    /// <summary>The first copy of a service.</summary>
    public ServiceProcess this[string service] => Services.First(process => process.Copy.Service == service);

    public static Task<FaultStore> StartAsync(bool isBehindLines, Action<string> say, CancellationToken cancellationToken) =>
        StartAsync(isBehindLines, diskMegabytes: 2048, say, cancellationToken);

    /// <param name="diskMegabytes">For the databases, if their disk can be made small.</param>
    public static async Task<FaultStore> StartAsync(
        bool isBehindLines, int diskMegabytes, Action<string> say, CancellationToken cancellationToken)
    {
        DatabaseServer.UnmountAbandonedDisks();
        var folder = DataFolder.Open(TemporaryFolder.Create());
        var installation = await Installation.EnsureAsync(mayInstall: _ => true, say, folder.BeginLog("install"), cancellationToken: cancellationToken);
        var portOffset = FreeOffset();
        var servers = new StoreServers(installation, new StoreLayout(Replicas.OneEach, portOffset), folder);
        var store = new FaultStore(folder, servers, portOffset, isBehindLines);

        store.Database.MountSmallDisk(diskMegabytes);
        await servers.StartAsync(cancellationToken);
        await store.MigrateAsync(cancellationToken);
        await store.StartServicesAsync(Replicas.OneEach, cancellationToken);
        return store;
    }

    /// <summary>Ends all services and starts them anew on those servers, that many copies of each but the gateway.</summary>
    public async Task UseAsync(ServerSet servers, int copies, CancellationToken cancellationToken)
    {
        var replicas = Replicas.Parse(
            string.Join(',', StoreDatabases.Names.Select(name => $"{name}={copies}")), out var problem)
            ?? throw new InvalidOperationException(problem);
        await Task.WhenAll(Services.Select(process => process.TerminateAsync(Patience)));
        await Servers.UseAsync(servers, cancellationToken);
        await StartServicesAsync(replicas, cancellationToken);
    }

    /// <summary>The database of a service, as superuser and past all lines.</summary>
    public Task<NpgsqlConnection> ConnectAsync(string database, CancellationToken cancellationToken) =>
        DatabaseServer.ConnectAsync(Servers.ConnectionString(database), cancellationToken);

    /// <summary>Copies what every process wrote to where it outlives the store.</summary>
    /// <returns>The folder.</returns>
    public string KeepLogs()
    {
        var kept = Directory.CreateTempSubdirectory("gocart-fault-logs-").FullName;
        foreach (var log in Directory.GetFiles(Logs))
            File.Copy(log, Path.Combine(kept, Path.GetFileName(log)));
        return kept;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Services)
            process.Thaw();
        await Task.WhenAll(Services.Select(process => process.KillAsync()));
        await Lines.DisposeAsync();
        Broker.Thaw();
        Database.Thaw();
        await Servers.StopAsync();
        Database.UnmountSmallDisk();
        _folder.Dispose();
        Directory.Delete(_folder.Path, recursive: true);
    }

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        var settings = new ServiceSettings(
            new StoreLayout(Replicas.OneEach, _portOffset), Servers.Connections, _folder);
        var migrations = new Migrations(settings, _folder, seed: true);
        await Task.WhenAll(StoreDatabases.Names.Select(name => migrations.RunAsync(name, cancellationToken)));
    }

    private async Task StartServicesAsync(Replicas replicas, CancellationToken cancellationToken)
    {
        var layout = new StoreLayout(replicas, _portOffset);
        var settings = new ServiceSettings(layout, Servers.Connections, _folder);
        Services =
        [
            .. layout.Copies.Select(copy => new ServiceProcess(
                copy, LogOf(copy.Name), _isBehindLines ? Lines.Rewire(copy, layout, SettingsOf(copy)) : SettingsOf(copy))),
        ];
        foreach (var process in Services)
            await process.StartAsync();
        await Task.WhenAll(Services.Select(process => process.WaitUntilReadyAsync(cancellationToken)));

        Dictionary<string, string?> SettingsOf(ServiceCopy copy)
        {
            var ofCopy = settings.For(copy);
            // With others to go to, those who call a copy have to notice that it stops: as deploy/compose.yaml has it.
            if (layout.Copies.Count(other => other.Service == copy.Service) > 1)
                ofCopy["Hosting__DrainDelay"] = "00:00:03";
            // Who is started anew all the time does not live to see that compiling everything twice pays.
            if (_isBehindLines)
                ofCopy["DOTNET_TieredPGO"] = "0";
            return ofCopy;
        }
    }

    /// <summary>One file for all lives of a copy, however often it is killed.</summary>
    private string LogOf(string copy) =>
        _logs.TryGetValue(copy, out var log) ? log : _logs[copy] = _folder.BeginLog(copy);

    private static int FreeOffset()
    {
        while (true)
        {
            var offset = Random.Shared.Next(100, 15_000);
            var layout = new StoreLayout(Replicas.OneEach, offset);
            var copies = layout.ServicePorts.Select(port => port + 100);
            if (layout.ServerPorts.Concat(layout.ServicePorts).Concat(copies).All(Ports.Claim))
                return offset;
        }
    }
}
