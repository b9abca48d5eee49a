using System.Text.Json;
using GoCart.Contracts;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Products;

/// <summary>The stock over the broker.</summary>
public sealed class StockEventsTests(ProductsFixture store) : IClassFixture<ProductsFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_event_three_times_and_shuffled_has_its_effect_once()
    {
        var product = await store.CreateProductAsync(stock: 1000);
        var kept = Enumerable.Range(0, 30).Select(_ => StockEvents.Order((product.Id, 2))).ToList();
        var cancelled = Enumerable.Range(0, 30).Select(_ => StockEvents.Order((product.Id, 3))).ToList();
        // Once under the same message id, as the broker repeats, and once under another, as the reconciler does.
        var inTurn = kept.Concat(cancelled).SelectMany(order => Three(id => store.Orders.SendAsync(order, id)))
            .Concat(cancelled.SelectMany(order => Three(id => store.Orders.SendAsync(StockEvents.Cancel(order), id))));
        var sends = Shuffling.Shuffle(inTurn);

        await Task.WhenAll(sends.Select(send => send()));
        await store.SettleAsync();

        Assert.Equal(1000 - 30 * 2, await store.StockOfAsync(product));
        var replies = store.Orders.Replies.OfType<StockReserved>().Select(reply => reply.OrderId).ToHashSet();
        Assert.Superset(kept.Select(order => order.OrderId).ToHashSet(), replies);
        foreach (var order in kept)
            Assert.Equal("reserved", await store.StateOfAsync(order.OrderId));
        foreach (var order in cancelled)
            Assert.Contains(await store.StateOfAsync(order.OrderId), (string[])["released", "void"]);
        var ledger = await store.LedgerOfAsync(product);
        Assert.Equal(ledger.Distinct(), ledger);
    }

    [Fact]
    public async Task Of_64_buyers_of_10_units_10_are_told_yes_and_54_no()
    {
        var product = await store.CreateProductAsync(stock: 10);
        var orders = Enumerable.Range(0, 64).Select(_ => StockEvents.Order((product.Id, 1))).ToList();

        await Task.WhenAll(orders.Select(order => store.Orders.SendAsync(order)));
        await store.SettleAsync();

        var ids = orders.Select(order => order.OrderId).ToHashSet();
        Assert.Equal(10, store.Orders.Replies.OfType<StockReserved>().Count(reply => ids.Contains(reply.OrderId)));
        var rejected = store.Orders.Replies.OfType<StockRejected>().Where(reply => ids.Contains(reply.OrderId)).ToList();
        Assert.Equal(54, rejected.Count);
        Assert.All(rejected, reply => Assert.Equal([new(product.Id, Requested: 1, Available: 0)], reply.Items));
        Assert.Equal(0, await store.StockOfAsync(product));
    }

    [Fact]
    public async Task A_message_that_is_no_order_goes_to_the_dead_letters_and_holds_up_nobody()
    {
        var product = await store.CreateProductAsync(stock: 10);
        var (good, greedy) = (StockEvents.Order((product.Id, 1)), StockEvents.Order((product.Id, int.MaxValue)));

        await store.Orders.SendPoisonAsync(OrderCreated.Type, "no json"u8.ToArray());
        await store.Orders.SendPoisonAsync(OrderCreated.Type, JsonSerializer.SerializeToUtf8Bytes(greedy, Json.Tolerant));
        await store.Orders.SendAsync(good);
        await store.SettleAsync();

        Assert.Contains(new StockReserved(good.OrderId), store.Orders.Replies);
        Assert.Null(await store.StateOfAsync(greedy.OrderId));
        Assert.Equal(9, await store.StockOfAsync(product));
        await Eventually.GetAsync(() => store.Orders.Channel.MessageCountAsync("products.order.created.dead", Cancelled), count => count == 2);
        await store.Orders.Channel.QueuePurgeAsync("products.order.created.dead", Cancelled);
    }

    private static IEnumerable<Func<Task>> Three(Func<Guid, Task> send)
    {
        var (id, otherId) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        return [() => send(id), () => send(id), () => send(otherId)];
    }
}
