using Dapper;
using GoCart.AppHost.Local;
using GoCart.Faults.Store;
using Npgsql;

namespace GoCart.Faults.Catalogue;

/// <summary>Two connections to each database and no more: all the others are refused (53300), as by max_connections.</summary>
internal sealed class ConnectionsExhausted : DatabaseFault
{
    public override string Name => "database-connections-exhausted";

    public override async Task InjectAsync(Scene scene)
    {
        await LimitAsync(scene, 2);
        await using var database = await scene.Store.ConnectAsync("postgres", scene.Cancelled);
        await database.ExecuteAsync(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = any('{users,products,carts,orders}')");
    }

    public override Task HealAsync(Scene scene) => LimitAsync(scene, -1);

    private static async Task LimitAsync(Scene scene, int limit)
    {
        await using var database = await scene.Store.ConnectAsync("postgres", scene.Cancelled);
        foreach (var name in StoreDatabases.Names)
            await database.ExecuteAsync($"alter database {name} with connection limit {limit}");
    }
}

/// <summary>Somebody holds a lock on a product that many want: orders of others get their stock all the same.</summary>
internal sealed class HotProductLocked : Fault
{
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(5);

    private NpgsqlConnection? _connection;
    private long _othersWaiting;

    public override string Name => "hot-product-locked";

    public override Length Length => Length.Seconds(30, 30);

    public override async Task InjectAsync(Scene scene)
    {
        _connection = await scene.Store.ConnectAsync("products", scene.Cancelled);
        await _connection.ExecuteAsync("begin; select from products where id = @Id for update", new { HotProduct(scene).Id });
    }

    public override async Task HealAsync(Scene scene)
    {
        await using (var orders = await scene.Store.ConnectAsync("orders", scene.Cancelled))
        {
            _othersWaiting = await orders.ExecuteScalarAsync<long>(
                """
                select count(*) from orders
                where stock_state = 'awaiting' and created_at < now() - @Late
                    and not exists (select from order_items where order_id = orders.id and product_id = @Id)
                """,
                new { Late, HotProduct(scene).Id });
        }

        await _connection!.DisposeAsync(); // opened when the fault began
    }

    public override Task<TimeSpan?> WaitForRecoveryAsync(Scene scene, TimeSpan limit) =>
        EventFlow.WaitUntilBackAsync(scene, limit);

    public override Task<IReadOnlyList<BrokenPromise>> CheckAsync(Scene scene) => Task.FromResult<IReadOnlyList<BrokenPromise>>(
        _othersWaiting == 0 ? [] : [new(Name, $"{_othersWaiting} orders of other products had waited for more than {Late.TotalSeconds:0} s")]);

    private static Contracts.Products.ProductResponse HotProduct(Scene scene) => scene.Shop.Assortment[0];
}

/// <summary>Not a byte is left on the disk of the databases.</summary>
internal sealed class DiskFull : DatabaseFault
{
    public override string Name => "database-disk-full";

    /// <summary>Not on every machine.</summary>
    public override string? Part => null;

    /// <summary>Long enough for what had been set aside before to be used up.</summary>
    public override Length Length => Length.Seconds(5, 8);

    public override string? WhyNot(FaultStore store) =>
        store.Database.HasSmallDisk ? null : "only root can give the databases a disk of their own";

    public override Task InjectAsync(Scene scene)
    {
        scene.Store.Database.FillDisk();
        return Task.CompletedTask;
    }

    public override async Task HealAsync(Scene scene)
    {
        scene.Store.Database.FreeDisk();
        // A server that could not write its log has ended; whoever watches it starts it again.
        if (!scene.Store.Database.IsRunning)
            await scene.Store.Database.StartAsync(scene.Cancelled);
    }
}
