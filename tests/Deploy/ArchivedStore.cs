using GoCart.AppHost.Local;
using GoCart.Tests.Infrastructure;
using GoCart.Tests.Operator;

namespace GoCart.Tests.Deploy;

/// <summary>
/// A store whose products have a database server of their own, as in the Compose file, which keeps an archive of everything it
/// writes by the scripts of deploy/postgres.
/// </summary>
public sealed class ArchivedStore(LocalServers servers) : OperatedStore(servers)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private PostgresServer? _server;

    private PostgresServer Server => _server ?? throw new InvalidOperationException("The store has not been started.");

    private string Folder => Path.Combine(Servers.Folder, "archived-products");

    private string Data => Path.Combine(Folder, "data");

    private string Archive => Path.Combine(Servers.Folder, "archive-of-products");

    private PostgresScripts Scripts => new(Archive, Servers.Logs);

    protected override async Task<TestDatabases> CreateDatabasesAsync()
    {
        await Scripts.CopyAsync();

        _server = await Servers.StartPostgresAsync("archived-products");
        var products = (await Servers.CreateMigratedDatabasesAsync(_server)).Products;
        await ScalarAsync<object>(products, "alter system set archive_mode = on");
        await ScalarAsync<object>(products, $"alter system set archive_command = 'bash {Archive}/archive.sh %p {Archive}/wal/%f'");
        await _server.StopAsync(Patience);
        await _server.StartAsync(CancellationToken.None);
        // Connections from before a restart are good for nothing.
        return await base.CreateDatabasesAsync() with { Products = products with { Superuser = products.Superuser + ";Pooling=false" } };
    }

    /// <summary>Takes a base backup.</summary>
    public async Task BackUpAsync()
    {
        await Scripts.RunAsync(Server, "backup.sh", Archive);
        // It is named after the second that follows its end, and of use from then on.
        var backup = Path.GetFileName(Directory.GetDirectories(Path.Combine(Archive, "base")).Single());
        await Eventually.GetAsync(
            () => ScalarAsync<bool>(Databases.Products, $"select clock_timestamp() > '{backup}'"), isOfUse => isOfUse);
    }

    /// <summary>The server is gone and its disk, too; another one is made from the archive, as of that time.</summary>
    public async Task RestoreAsync(DateTimeOffset time)
    {
        // What archive_timeout does now and then; the last segment of a disk that is gone is gone as well.
        await ScalarAsync<object>(Databases.Products, "select pg_switch_wal()");
        await Eventually.GetAsync(
            () => ScalarAsync<bool>(Databases.Products,
                "select last_archived_wal >= pg_walfile_name(pg_current_wal_lsn() - 1) from pg_stat_archiver"),
            archived => archived);
        Server.Process!.Send(Signal.Kill); // started in CreateDatabasesAsync
        await Server.Process.Exited;
        await Server.EndLeftoversAsync(CancellationToken.None);
        Directory.Move(Data, Path.Combine(Folder, "lost"));

        await Scripts.RunAsync(Server, "restore.sh", Archive, $"{time:O}", Data);
        await Server.StartAsync(CancellationToken.None);
        await Eventually.GetAsync(
            () => ScalarAsync<bool>(Databases.Products, "select not pg_is_in_recovery()"), isOpen => isOpen);
        await Clients.WaitUntilReadyAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_server is not null)
            await _server.StopAsync(Patience);
    }
}
