using System.Runtime.Versioning;
using System.Text;
using GoCart.AppHost;
using GoCart.AppHost.Installing;
using GoCart.AppHost.Local;
using GoCart.AppHost.Starting;
using GoCart.Bench.Measuring;
using GoCart.Faults.Load;
using GoCart.Faults.Store;
using GoCart.Operator;
using Npgsql;
using RabbitMQ.Client;

[assembly: SupportedOSPlatform("linux")]

namespace GoCart.Bench.Store;

/// <summary>A store of its own on this machine's disk, as AppHost starts it, but built in Release and each service with a meter.</summary>
internal sealed class BenchStore : IAsyncDisposable
{
    private const int StartedAtOnce = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(7);

    private readonly DataFolder _folder;
    private readonly PrivateServers _servers;
    private readonly StoreLayout _layout;

    private static int _started;

    private BenchStore(StoreSize size, DataFolder folder, PrivateServers servers, StoreLayout layout)
    {
        Size = size;
        _folder = folder;
        _servers = servers;
        _layout = layout;
    }

    public StoreSize Size { get; }

    public IReadOnlyList<ServiceProcess> Services { get; private set; } = [];

    public Uri Gateway => _layout.GatewayAddress;

    public int PostgresId => IdOf(_servers.Postgres);

    public string Folder => _folder.Path;

    public TokenMint Tokens => TokenMint.OfStore(_folder.File("signing-key.pem"));

    public string BrokerAddress => _servers.Rabbit.AddressFor(RabbitDefinitions.Administrator);

    public OperatorSettings OperatorSettings => OperatorSettings.Read(_folder.File("operator.json"), _ => null, _folder.Path);

    /// <param name="note">Gets what is worth knowing about the data.</param>
    public static async Task<BenchStore> StartAsync(
        StoreSize size, Action<string> note, Action<string> say, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _started);
        var folder = DataFolder.Open(Path.Combine(Path.GetTempPath(), $"gocart-bench-{Environment.ProcessId}-{number}"));
        var installation = await Installation.EnsureAsync(mayInstall: _ => true, say, folder.BeginLog("install"), cancellationToken: cancellationToken);
        var layout = FreeLayout(size.Replicas);
        var store = new BenchStore(size, folder, new PrivateServers(installation, layout, folder), layout);
        try
        {
            await Task.WhenAll(store._servers.Rabbit.StartAsync(cancellationToken), store.StartDatabasesAsync(cancellationToken));
            store._servers.WriteOperatorFile();
            // Before anybody uses them.
            await Assortment.FillAsync(store, note);
            await store.StartServicesAsync(hasMeters: true, cancellationToken);
            return store;
        }
        catch
        {
            // Another store of a series may come after this one.
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>As superuser, and with patience: on a busy machine that is no reason to give up a whole run.</summary>
    public string ConnectionString(string database) => _servers.Postgres.ConnectionString(database) + ";Timeout=120;CommandTimeout=120";

    public async Task<int> ExecuteAsync(string database, string sql, params object[] parameters)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false;CommandTimeout=3600");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in parameters)
            command.Parameters.Add(new() { Value = value });
        return await command.ExecuteNonQueryAsync();
    }

    public Usage Usage()
    {
        var cpu = Services.ToDictionary(service => service.Name, service => CpuMeter.SecondsOf(service.Id));
        cpu["PostgreSQL"] = CpuMeter.SecondsOf(IdOf(_servers.Postgres));
        cpu["broker"] = CpuMeter.SecondsOf(IdOf(_servers.Rabbit));
        cpu["load"] = Environment.CpuUsage.TotalTime.TotalSeconds;
        return new(
            cpu,
            Services.ToDictionary(service => service.Name, service => AllocationMeter.BytesOf(Folder, service.Id)),
            Services.ToDictionary(service => service.Name, service => MemoryMeter.MegabytesOf(service.Id)));
    }

    /// <summary>Of all services to PostgreSQL.</summary>
    public Task<long> ConnectionsAsync() =>
        CountAsync($"select count(*) from pg_stat_activity where usename in ('{string.Join("', '", StoreDatabases.Names)}')", "postgres");

    public async Task<long> CountAsync(string sql, string database)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync() ?? throw new InvalidOperationException($"{sql} has no answer."));
    }

    public async Task<string> BrokerVersionAsync()
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(BrokerAddress) }.CreateConnectionAsync();
        return connection.ServerProperties?["version"] is byte[] version ? Encoding.UTF8.GetString(version) : "of an unknown version";
    }

    /// <summary>Before something else is measured on this machine; the databases stay.</summary>
    public async Task StopServicesAsync()
    {
        // Not those that an interrupted start has never come to.
        await Task.WhenAll(Services.Where(service => service.IsRunning).Select(service => service.KillAsync()));
        Services = [];
    }

    public async ValueTask DisposeAsync()
    {
        await StopServicesAsync();
        await _servers.Rabbit.StopAsync(TimeSpan.Zero);
        await _servers.Postgres.StopAsync(Patience);
        _folder.Dispose();
        Directory.Delete(_folder.Path, recursive: true);
    }

    private async Task StartDatabasesAsync(CancellationToken cancellationToken)
    {
        await _servers.StartPostgresAsync(cancellationToken);
        var migrations = new Migrations(new ServiceSettings(_layout, _servers.Connections, _folder), _folder, seed: true);
        await Task.WhenAll(StoreDatabases.Names.Select(name => migrations.RunAsync(name, cancellationToken)));
    }

    /// <param name="hasMeters">False: just as AppHost starts them.</param>
    public async Task RestartServicesAsync(bool hasMeters, CancellationToken cancellationToken)
    {
        await StopServicesAsync();
        await StartServicesAsync(hasMeters, cancellationToken);
    }

    private async Task StartServicesAsync(bool hasMeters, CancellationToken cancellationToken)
    {
        var settings = new ServiceSettings(_layout, _servers.Connections, _folder);
        Services = [.. _layout.Copies.Select(copy => new ServiceProcess(
            copy, _folder.BeginLog(copy.Name), hasMeters ? WithMeter(settings.For(copy)) : settings.For(copy)))];
        // Not all at once: with many copies on few cores none would be ready for a long time.
        foreach (var some in Services.Chunk(StartedAtOnce))
        {
            foreach (var service in some)
                await service.StartAsync();
            foreach (var service in some)
                await Wait.UntilAsync(async () => !service.IsRunning || await Ports.IsAnsweredByAsync(service.Address.Port, service.Id), cancellationToken);
        }
        await Task.WhenAll(Services.Select(service => service.WaitUntilReadyAsync(cancellationToken)));
    }

    private Dictionary<string, string?> WithMeter(Dictionary<string, string?> settings)
    {
        settings["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        settings["GOCART_BENCH_METERS"] = Folder;
        return settings;
    }

    private static int IdOf(LocalServer server) =>
        server.Process?.Id ?? throw new InvalidOperationException("The server has never been started.");

    public static StoreLayout FreeLayout(Replicas replicas)
    {
        while (true)
        {
            var layout = new StoreLayout(replicas, Random.Shared.Next(100, 15_000));
            if (layout.ServerPorts.Concat(layout.ServicePorts).All(Ports.IsFree))
                return layout;
        }
    }
}
