using System.Net;
using GoCart.Contracts.Orders;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Orders;

public sealed class CancelOrderTests(StoreFixture store) : IClassFixture<StoreFixture>
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cancelled_order_gives_its_stock_back()
    {
        var product = await store.CreateProductAsync(stock: 10);
        var customer = await store.Clients.CustomerAsync();
        var order = await customer.OrderWithStockAsync(product, 4);
        Assert.Equal(6, await store.StockAsync(product));

        using var response = await customer.CancelAsync(order.Id);

        var cancelled = await response.ReadAsync<OrderResponse>();
        Assert.Equal((OrderStatus.Cancelled, StockState.Released), (cancelled.Status, cancelled.StockState));
        Assert.Equal((OrderStatus.Cancelled, "requested_by_customer"), (cancelled.History[^1].Status, cancelled.History[^1].Reason));
        Assert.Equal($"\"{cancelled.Version}\"", response.Headers.ETag?.Tag);
        Assert.Equivalent(cancelled, await customer.ReadOrderAsync(order.Id), strict: true);
        await Eventually.AssertAsync(async () => Assert.Equal(10, await store.StockAsync(product)));
    }

    [Fact]
    public async Task Twenty_cancellations_at_once_have_one_effect_and_one_answer()
    {
        var product = await store.CreateProductAsync(stock: 10);
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(product);
        // Its stock may be reserved meanwhile, before or after.
        var order = await customer.OrderAsync();

        var responses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => customer.CancelAsync(order.Id)));

        var bodies = new HashSet<string>();
        foreach (var response in responses)
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            bodies.Add(await response.Content.ReadAsStringAsync(CancellationToken));
        }
        Assert.Single(bodies);
        Assert.Equal(1, await store.CountEventsAsync(order.Id, OrderCancelled.Type));
        await Eventually.AssertAsync(async () => Assert.Equal(
            0, await StoreFixture.ScalarAsync<long>(store.Databases.Orders, "select count(*) from outbox where sent_at is null")));
        await Eventually.AssertAsync(async () => Assert.Equal(10, await store.StockAsync(product)));
        using var later = await customer.GetOrderAsync(order.Id);
        Assert.Equal(bodies.Single(), await later.Content.ReadAsStringAsync(CancellationToken));
    }

    [Fact]
    public async Task A_paid_order_can_be_cancelled_and_a_shipped_or_delivered_one_cannot()
    {
        var product = await store.CreateProductAsync();
        var customer = await store.Clients.CustomerAsync();
        var admin = await store.Clients.AdminAsync();
        var paid = await customer.OrderWithStockAsync(product);
        var shipped = await customer.OrderWithStockAsync(product);
        await MoveAsync(admin, paid.Id, "paid");
        await MoveAsync(admin, shipped.Id, "paid", "shipped");

        using var cancelled = await customer.CancelAsync(paid.Id);
        using var refused = await customer.CancelAsync(shipped.Id);
        await MoveAsync(admin, shipped.Id, "delivered");
        using var refusedAgain = await customer.CancelAsync(shipped.Id);

        Assert.Equal(OrderStatus.Cancelled, (await cancelled.ReadAsync<OrderResponse>()).Status);
        await refused.AssertProblemAsync(HttpStatusCode.Conflict, "order_not_cancellable");
        await refusedAgain.AssertProblemAsync(HttpStatusCode.Conflict, "order_not_cancellable");
        Assert.Equal(0, await store.CountEventsAsync(shipped.Id, OrderCancelled.Type));
    }

    [Fact]
    public async Task Nobody_cancels_the_order_of_another()
    {
        var owner = await store.Clients.CustomerAsync();
        var order = await owner.OrderWithStockAsync(await store.CreateProductAsync());
        var other = await store.Clients.CustomerAsync();

        using var response = await other.CancelAsync(order.Id);

        await response.AssertProblemAsync(HttpStatusCode.NotFound, "order_not_found");
        Assert.Equivalent(order, await owner.ReadOrderAsync(order.Id), strict: true);
    }

    private static async Task MoveAsync(StoreUser admin, Guid id, params string[] statuses)
    {
        foreach (var status in statuses)
        {
            using var response = await admin.SetStatusAsync(id, status);
            await response.ReadAsync<OrderResponse>();
        }
    }
}
