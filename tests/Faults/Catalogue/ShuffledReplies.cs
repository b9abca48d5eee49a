using Dapper;
using GoCart.Contracts.Products;
using GoCart.Faults.Store;

namespace GoCart.Faults.Catalogue;

/// <summary>
/// What products answers about the stock of many orders comes late, twice and in any order: refusals before confirmations, of
/// newer orders before those of older ones, and of some orders that were cancelled meanwhile.
/// </summary>
internal sealed class ShuffledReplies : Fault
{
    private const int Orders = 40;
    private const int Cancelled = 8;
    private const int Stock = Orders / 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly List<Guid> _orders = [];

    public override string Name => "replies-shuffled";

    public override Length Length => default;

    public override TimeSpan? Recovery => TimeSpan.FromSeconds(10);

    public override async Task InjectAsync(Scene scene)
    {
        var product = await scene.Shop.CreateProductAsync("Half of them get one", 100, Stock);
        var (orders, products) = (scene.Store.Lines.Between("orders", Lines.Broker), scene.Store.Lines.Between("products", Lines.Broker));

        products.Refuse();
        foreach (var buyer in scene.Shop.Crowd(Orders))
        {
            await buyer.AddItemAsync(product.Id, 1);
            if (await buyer.PlaceOrderAsync(cancellationToken: scene.Cancelled) is not { } order)
                continue;
            _orders.Add(order.Id);
            if (_orders.Count <= Cancelled)
                await buyer.CancelAsync(order.Id);
        }

        await WaitUntilSentAsync(scene, "orders");
        orders.Refuse();
        var since = TimeProvider.System.GetUtcNow() - Patience;
        products.Resume();
        await WaitUntilAnsweredAsync(scene);

        await using var publisher = await EventPublisher.OpenAsync(scene.Store);
        await publisher.PurgeAsync($"orders.{StockReserved.Type}");
        await publisher.PurgeAsync($"orders.{StockRejected.Type}");
        // What was thrown away above is all among these, the replies to other customers' orders, too.
        await WaitUntilSentAsync(scene, "products");
        var replies = await EventPublisher.ReadOutboxAsync(
            scene.Store, "products", $"sent_at > '{since:O}' and type in ('{StockReserved.Type}', '{StockRejected.Type}')", scene.Cancelled);
        StoredEvent[] messages = [.. replies, .. replies];
        scene.Random.Shuffle(messages);
        foreach (var message in messages)
            await publisher.PublishAsync(message);
    }

    public override Task HealAsync(Scene scene)
    {
        scene.Store.Lines.Between("orders", Lines.Broker).Resume();
        return Task.CompletedTask;
    }

    public override Task<TimeSpan?> WaitForRecoveryAsync(Scene scene, TimeSpan limit) => EventFlow.WaitForAsync(
        scene, limit, "select not exists (select from orders where id = any(@ids) and stock_state = 'awaiting')",
        new { ids = _orders.ToArray() });

    private async Task WaitUntilAnsweredAsync(Scene scene)
    {
        await using var products = await scene.Store.ConnectAsync("products", scene.Cancelled);
        await WaitAsync(scene, async () => await products.ExecuteScalarAsync<long>(
            "select count(*) from order_stock where order_id = any(@ids)", new { ids = _orders.ToArray() }) == _orders.Count);
    }

    /// <summary>Everything that stands in the outbox by now has been confirmed by the broker.</summary>
    private static async Task WaitUntilSentAsync(Scene scene, string database)
    {
        await using var connection = await scene.Store.ConnectAsync(database, scene.Cancelled);
        var now = await connection.ExecuteScalarAsync<DateTime>("select now()");
        await WaitAsync(scene, () => connection.ExecuteScalarAsync<bool>(
            "select not exists (select from outbox where sent_at is null and occurred_at <= @now)", new { now }));
    }

    private static async Task WaitAsync(Scene scene, Func<Task<bool>> condition)
    {
        var started = scene.Log.Now;
        while (!await condition())
        {
            if (scene.Log.Now - started > Patience)
                throw new TimeoutException("Events do not flow where nothing is in their way.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), scene.Cancelled);
        }
    }
}
