using GoCart.AppHost.Local;
using GoCart.Tests.Infrastructure;
using GoCart.Tests.Operator;
using Npgsql;

namespace GoCart.Tests.Deploy;

/// <summary>A store whose databases have a synchronous standby; its services know both servers.</summary>
public sealed class ReplicatedStore(LocalServers servers) : OperatedStore(servers)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private const string Password = "a password with ' and \" in it";

    private PostgresServer? _primary;
    private PostgresServer? _standby;

    private PostgresServer Primary => _primary ?? throw new InvalidOperationException("The store has not been started.");

    private PostgresServer Standby => _standby ?? throw new InvalidOperationException("The store has not been started.");

    private PostgresScripts Scripts => new(Servers, Path.Combine(Servers.Folder, "scripts-of-the-standby"));

    protected override async Task<TestDatabases> CreateDatabasesAsync()
    {
        _primary = await Servers.StartPostgresAsync("primary", isDurable: true);
        var databases = await Servers.CreateMigratedDatabasesAsync(_primary);
        _standby = await Servers.CreatePostgresAsync("standby", isDurable: true);

        await Scripts.CopyAsync();
        var asPrimary = new Dictionary<string, string?>
        {
            ["REPLICATION_PASSWORD"] = Password,
            ["PGDATA"] = Path.Combine(Servers.Folder, "primary", "data"),
        };
        await Scripts.RunAsync(_primary, asPrimary, "replication.sh");
        await ScalarAsync<object>(databases.Orders, "select pg_reload_conf()");
        PrivateFolder.Create(Path.Combine(Servers.Folder, "standby"), SystemUser.ForServer("postgres"));
        var asFollower = new Dictionary<string, string?> { ["PGUSER"] = "replication", ["PGPASSWORD"] = Password };
        await Scripts.RunAsync(_primary, asFollower, "standby.sh", "standby", Path.Combine(Servers.Folder, "standby", "data"));
        await _standby.StartAsync(CancellationToken.None);
        await Eventually.GetAsync(
            () => ScalarAsync<string>(databases.Orders, "select max(sync_state) from pg_stat_replication"), state => state == "sync");

        return databases with
        {
            Users = OnBoth(databases.Users),
            Products = OnBoth(databases.Products),
            Carts = OnBoth(databases.Carts),
            Orders = OnBoth(databases.Orders),
        };
    }

    /// <summary>The primary dies with its machine; whoever watches over it makes the standby the new primary.</summary>
    public async Task FailOverAsync()
    {
        Primary.Process!.Send(Signal.Kill); // started in CreateDatabasesAsync
        await Primary.Process.Exited;
        await Primary.EndLeftoversAsync(CancellationToken.None);
        await Scripts.RunAsync(Standby, "promote.sh");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var server in new[] { _standby, _primary }.OfType<PostgresServer>())
            await server.StopAsync(Patience);
    }

    private TestDatabase OnBoth(TestDatabase database) => new(
        OnBoth(database.Service), OnBoth(database.Owner), OnBoth(database.Superuser) + ";Target Session Attributes=primary;Pooling=false");

    private string OnBoth(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        Host = $"127.0.0.1:{Primary.Port},127.0.0.1:{Standby.Port}",
    }.ConnectionString;
}
