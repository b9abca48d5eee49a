using GoCart.AppHost.Local;
using GoCart.Tests.Infrastructure;
using GoCart.Tests.Operator;
using Npgsql;

namespace GoCart.Tests.Deploy;

/// <summary>A store whose databases have a synchronous standby; its services know both servers.</summary>
public sealed class ReplicatedStore(LocalServers servers) : OperatedStore(servers)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private PostgresServer? _primary;
    private PostgresServer? _standby;

    private PostgresServer Primary => _primary ?? throw new InvalidOperationException("The store has not been started.");

    private PostgresServer Standby => _standby ?? throw new InvalidOperationException("The store has not been started.");

    protected override async Task<TestDatabases> CreateDatabasesAsync()
    {
        _primary = await Servers.StartPostgresAsync("primary", isDurable: true);
        var databases = await Servers.CreateMigratedDatabasesAsync(_primary);
        _standby = await Servers.CreatePostgresAsync("standby", isDurable: true);

        var scripts = new PostgresScripts(Servers, Path.Combine(Servers.Folder, "scripts-of-the-standby"));
        await scripts.CopyAsync();
        PrivateFolder.Create(Path.Combine(Servers.Folder, "standby"), SystemUser.ForServer("postgres"));
        await scripts.RunAsync(_primary, "standby.sh", "standby", Path.Combine(Servers.Folder, "standby", "data"));
        await _standby.StartAsync(CancellationToken.None);
        await ScalarAsync<object>(databases.Orders, "alter system set synchronous_standby_names = 'standby'");
        await ScalarAsync<object>(databases.Orders, "select pg_reload_conf()");
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

        await using var standby = new NpgsqlConnection(Standby.ConnectionString() + ";Pooling=false");
        await standby.OpenAsync();
        await using var promote = new NpgsqlCommand("select pg_promote()", standby);
        Assert.True(await promote.ExecuteScalarAsync() is true);
        // It has no standby itself now, and would wait for one at every commit.
        await using var alone = new NpgsqlCommand("alter system reset synchronous_standby_names", standby);
        await alone.ExecuteNonQueryAsync();
        await using var reload = new NpgsqlCommand("select pg_reload_conf()", standby);
        await reload.ExecuteNonQueryAsync();
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
