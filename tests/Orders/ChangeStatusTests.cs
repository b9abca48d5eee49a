using System.Net;
using System.Text;
using GoCart.Contracts.Orders;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Orders;

public sealed class ChangeStatusTests(StoreFixture store) : IClassFixture<StoreFixture>
{
    [Fact]
    public async Task An_order_is_paid_shipped_and_delivered()
    {
        var customer = await store.Clients.CustomerAsync();
        var admin = await store.Clients.AdminAsync();
        var order = await customer.OrderWithStockAsync(await store.CreateProductAsync());

        foreach (var status in new[] { "paid", "shipped", "delivered" })
        {
            using var response = await admin.SetStatusAsync(order.Id, status);
            var changed = await response.ReadAsync<OrderResponse>();
            Assert.Equal($"\"{changed.Version}\"", response.Headers.ETag?.Tag);
        }

        var delivered = await customer.ReadOrderAsync(order.Id);
        Assert.Equal(
            [OrderStatus.Pending, OrderStatus.Paid, OrderStatus.Shipped, OrderStatus.Delivered],
            delivered.History.Select(entry => entry.Status));
        Assert.Equal(order.Version + 3, delivered.Version);
    }

    [Fact]
    public async Task The_same_status_again_changes_nothing()
    {
        var customer = await store.Clients.CustomerAsync();
        var admin = await store.Clients.AdminAsync();
        var order = await customer.OrderWithStockAsync(await store.CreateProductAsync());
        using var first = await admin.SetStatusAsync(order.Id, "paid");

        using var again = await admin.SetStatusAsync(order.Id, "paid");

        Assert.Equivalent(await first.ReadAsync<OrderResponse>(), await again.ReadAsync<OrderResponse>(), strict: true);
    }

    [Fact]
    public async Task A_step_that_leads_nowhere_is_refused()
    {
        var customer = await store.Clients.CustomerAsync();
        var admin = await store.Clients.AdminAsync();
        var order = await customer.OrderWithStockAsync(await store.CreateProductAsync());

        using var skipped = await admin.SetStatusAsync(order.Id, "shipped");
        using var cancelled = await admin.SetStatusAsync(order.Id, "cancelled");
        using var revived = await admin.SetStatusAsync(order.Id, "paid");

        await skipped.AssertProblemAsync(HttpStatusCode.Conflict, "illegal_transition");
        Assert.Equal(OrderStatus.Cancelled, (await cancelled.ReadAsync<OrderResponse>()).Status);
        await revived.AssertProblemAsync(HttpStatusCode.Conflict, "illegal_transition");
    }

    [Fact]
    public async Task An_order_the_administrator_cancels_gives_its_stock_back()
    {
        var product = await store.CreateProductAsync(stock: 3);
        var customer = await store.Clients.CustomerAsync();
        var admin = await store.Clients.AdminAsync();
        var order = await customer.OrderWithStockAsync(product, 3);

        using var response = await admin.SetStatusAsync(order.Id, "cancelled");

        var cancelled = await response.ReadAsync<OrderResponse>();
        Assert.Equal("requested_by_admin", cancelled.History[^1].Reason);
        await Eventually.AssertAsync(async () => Assert.Equal(3, await store.StockAsync(product)));
        // The customer, too late, finds it done.
        using var late = await customer.CancelAsync(order.Id);
        Assert.Equivalent(cancelled, await late.ReadAsync<OrderResponse>(), strict: true);
    }

    [Theory]
    [InlineData("""{"status": "pending"}""")]
    [InlineData("""{"status": "rejected"}""")]
    [InlineData("""{"status": "Paid"}""")]
    [InlineData("""{"status": 1}""")]
    [InlineData("""{"status": null}""")]
    [InlineData("""{"status": "paid", "reason": "x"}""")]
    [InlineData("""{"status": "paid,shipped"}""")]
    [InlineData("{}")]
    [InlineData("")]
    public async Task A_status_that_nobody_may_set_is_refused(string body)
    {
        var admin = await store.Clients.AdminAsync();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var response = await admin.Http.PatchAsync(
            new Uri($"/admin/orders/{Guid.NewGuid()}", UriKind.Relative), content, TestContext.Current.CancellationToken);

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task An_unknown_order_is_not_found()
    {
        var admin = await store.Clients.AdminAsync();

        using var response = await admin.SetStatusAsync(Guid.NewGuid(), "paid");

        await response.AssertProblemAsync(HttpStatusCode.NotFound, "order_not_found");
    }
}
