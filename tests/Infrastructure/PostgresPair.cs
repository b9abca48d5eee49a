using GoCart.AppHost.Local;
using Npgsql;

namespace GoCart.Tests.Infrastructure;

/// <summary>
/// Two PostgreSQL servers, of which one follows the other as its synchronous standby: set up, and one put in the place of the
/// other, by the scripts of deploy/postgres.
/// </summary>
/// <param name="first">The primary in the beginning.</param>
/// <param name="second">Not running, and without data.</param>
internal sealed class PostgresPair(PostgresServer first, PostgresServer second, PostgresScripts scripts)
{
    private const string Password = "a password with ' and \" in it";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FollowLimit = TimeSpan.FromSeconds(60);

    public PostgresServer Primary { get; private set; } = first;

    public PostgresServer Standby { get; private set; } = second;

    /// <summary>Makes the standby, anew if it was the primary before it died. From then on both have what is answered.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        await scripts.CopyAsync();
        await using var primary = new NpgsqlConnection(Primary.ConnectionString() + ";Pooling=false");
        await primary.OpenAsync(cancellationToken);
        if (!await ScalarAsync<bool>(primary, "select exists (select from pg_roles where rolname = 'replication')", cancellationToken))
            await scripts.RunAsync(Primary, ReplicationSettings(Primary), "replication.sh");
        // A primary that was a standby has been told to wait for none.
        await ScalarAsync<object>(primary, "alter system set synchronous_standby_names = 'standby'", cancellationToken);
        await ScalarAsync<object>(primary, "select pg_reload_conf()", cancellationToken);

        await CopyPrimaryAsync();
        await Standby.StartAsync(cancellationToken);
        await Wait.UntilAsync(
            async () => await ScalarAsync<string>(primary, "select max(sync_state) from pg_stat_replication", cancellationToken) == "sync",
            cancellationToken).WaitAsync(FollowLimit, cancellationToken);
    }

    /// <summary>As if its machine had died: nothing of it is left running.</summary>
    public async Task KillPrimaryAsync(CancellationToken cancellationToken)
    {
        await Running(Primary).StopAsync(Signal.Kill, TimeSpan.Zero);
        await Primary.EndLeftoversAsync(cancellationToken);
    }

    /// <summary>In good order; it can be promoted all the same.</summary>
    public Task StopStandbyAsync() => Standby.StopAsync(Patience);

    /// <summary>Whoever watches over them has seen the primary die.</summary>
    public async Task PromoteAsync()
    {
        if (Running(Standby).Exited.IsCompleted)
            await Standby.StartAsync(CancellationToken.None);
        await scripts.RunAsync(Standby, "promote.sh");
        (Primary, Standby) = (Standby, Primary);
    }

    /// <summary>Puts the first in its old place after a failover, alone; nobody else uses the databases meanwhile.</summary>
    public async Task FailBackAsync(CancellationToken cancellationToken)
    {
        await FollowAsync(cancellationToken);
        // In good order: it has sent everything when it ends.
        await Primary.StopAsync(Patience);
        await PromoteAsync();
        await Standby.DeleteDataAsync(cancellationToken);
    }

    public async Task StopAsync()
    {
        await Standby.StopAsync(TimeSpan.Zero);
        await Primary.StopAsync(Patience);
    }

    /// <summary>Whichever of the two is the primary.</summary>
    public string OnBoth(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        Host = $"127.0.0.1:{Primary.Port},127.0.0.1:{Standby.Port}",
        TargetSessionAttributes = "primary",
    }.ConnectionString;

    private async Task CopyPrimaryAsync()
    {
        PrivateFolder.Create(Standby.Folder, SystemUser.ForServer("postgres"));
        PrivateFolder.Delete(DataOf(Standby));
        if (PostgresScripts.HaveRoot)
        {
            await scripts.RunEntryPointAsync(
                Primary,
                new Dictionary<string, string?>(ReplicationSettings(Standby))
                {
                    ["PRIMARY_HOST"] = "127.0.0.1",
                    ["BACKUP"] = Path.Combine(Standby.Folder, "backup"),
                },
                "follow.sh", "test", "-e", Path.Combine(DataOf(Standby), "standby.signal"));
        }
        else
        {
            var asFollower = new Dictionary<string, string?> { ["PGUSER"] = "replication", ["PGPASSWORD"] = Password };
            await scripts.RunAsync(Primary, asFollower, "standby.sh", "standby", DataOf(Standby));
        }
    }

    private static Dictionary<string, string?> ReplicationSettings(PostgresServer server) => new()
    {
        ["REPLICATION_PASSWORD"] = Password,
        ["PGDATA"] = DataOf(server),
    };

    private static string DataOf(PostgresServer server) => Path.Combine(server.Folder, "data");

    private static ChildProcess Running(PostgresServer server) =>
        server.Process ?? throw new InvalidOperationException("PostgreSQL has never been started.");

    private static async Task<T?> ScalarAsync<T>(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken) is T value ? value : default;
    }
}
