using GoCart.Contracts.Products;

namespace GoCart.Tests.Products;

public sealed class ReserveStockTests(ProductsFixture store) : IClassFixture<ProductsFixture>
{
    private StockEvents Events => new(store.ServiceRole);

    [Fact]
    public async Task An_order_takes_its_items_from_stock_and_writes_each_into_the_ledger()
    {
        var (mug, cap) = (await store.CreateProductAsync(stock: 10), await store.CreateProductAsync(stock: 5));
        var order = StockEvents.Order((mug.Id, 3), (cap.Id, 5));

        var replies = await Events.CreatedAsync(order);

        Assert.Equal([new StockReserved(order.OrderId)], replies);
        Assert.Equal((7, 0), (await store.StockOfAsync(mug), await store.StockOfAsync(cap)));
        Assert.Equal("reserved", await store.StateOfAsync(order.OrderId));
        Assert.Equal(["initial 10", $"sale -3 {order.OrderId}"], await store.LedgerOfAsync(mug));
        Assert.Equal(["initial 5", $"sale -5 {order.OrderId}"], await store.LedgerOfAsync(cap));
    }

    [Fact]
    public async Task An_order_with_one_item_short_takes_nothing_and_is_told_what_is_short()
    {
        var (mug, cap, gone) = (
            await store.CreateProductAsync(stock: 10), await store.CreateProductAsync(stock: 5), Guid.CreateVersion7());
        var order = StockEvents.Order((mug.Id, 3), (cap.Id, 6), (gone, 1));

        var replies = await Events.CreatedAsync(order);

        var rejected = Assert.IsType<StockRejected>(Assert.Single(replies));
        Assert.Equal(order.OrderId, rejected.OrderId);
        Assert.Equal([new(cap.Id, Requested: 6, Available: 5), new(gone, Requested: 1, Available: 0)], rejected.Items);
        Assert.Equal((10, 5), (await store.StockOfAsync(mug), await store.StockOfAsync(cap)));
        Assert.Equal("rejected", await store.StateOfAsync(order.OrderId));
        Assert.Equal(["initial 10"], await store.LedgerOfAsync(mug));
    }

    [Fact]
    public async Task A_cancelled_order_gives_back_what_it_took_once()
    {
        var mug = await store.CreateProductAsync(stock: 10);
        var order = StockEvents.Order((mug.Id, 4));
        await Events.CreatedAsync(order);

        Assert.Empty(await Events.CancelledAsync(StockEvents.Cancel(order)));
        Assert.Empty(await Events.CancelledAsync(StockEvents.Cancel(order), StockEvents.Cancel(order)));

        Assert.Equal(10, await store.StockOfAsync(mug));
        Assert.Equal("released", await store.StateOfAsync(order.OrderId));
        // Nor is an order that comes again now, from a database that does not know of the cancellation, told that it has its stock.
        Assert.Empty(await Events.CreatedAsync(order));
        Assert.Equal(["initial 10", $"sale -4 {order.OrderId}", $"restore 4 {order.OrderId}"], await store.LedgerOfAsync(mug));
    }

    [Fact]
    public async Task A_cancellation_that_comes_first_stops_the_late_order()
    {
        var mug = await store.CreateProductAsync(stock: 10);
        var order = StockEvents.Order((mug.Id, 4));

        await Events.CancelledAsync(StockEvents.Cancel(order));
        var replies = await Events.CreatedAsync(order);

        Assert.Empty(replies);
        Assert.Equal(10, await store.StockOfAsync(mug));
        Assert.Equal("void", await store.StateOfAsync(order.OrderId));
        Assert.Equal(["initial 10"], await store.LedgerOfAsync(mug));
    }

    [Fact]
    public async Task The_same_order_again_takes_nothing_more_and_gets_the_same_answer()
    {
        var mug = await store.CreateProductAsync(stock: 10);
        var (reserved, rejected) = (StockEvents.Order((mug.Id, 4)), StockEvents.Order((mug.Id, 9)));
        var first = await Events.CreatedAsync(reserved, rejected, reserved);

        var again = await Events.CreatedAsync(rejected, reserved);

        Assert.Equal(2, first.Count);
        Assert.Equal(2, again.Count);
        Assert.Contains(new StockReserved(reserved.OrderId), again);
        Assert.Equal(
            [new(mug.Id, Requested: 9, Available: 6)],
            Assert.Single(again.OfType<StockRejected>(), reply => reply.OrderId == rejected.OrderId).Items);
        Assert.Equal(6, await store.StockOfAsync(mug));
    }
}
