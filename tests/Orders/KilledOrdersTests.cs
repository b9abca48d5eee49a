using System.Net;
using GoCart.AppHost.Local;
using GoCart.BuildingBlocks.Hosting;
using GoCart.Contracts.Orders;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Orders;

/// <summary>A copy of the orders service dies, as by kill -9, at the places where it hurts; another copy goes on.</summary>
public sealed class KilledOrdersTests(StoreFixture store, LocalServers servers) : IClassFixture<StoreFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_before_the_commit_nothing_is_stored_and_the_retry_orders()
    {
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync());
        var (copy, address) = await StartCopyAsync("order.before_commit");

        await Assert.ThrowsAsync<HttpRequestException>(() => customer.CheckOutAsync(key: "retry", at: address));

        await copy.Exited.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
        await store.AssertNothingStoredAsync(customer);
        using var retried = await customer.CheckOutAsync(key: "retry");
        await retried.ReadAsync<OrderResponse>(HttpStatusCode.Created);
        Assert.Equal(1, await store.CountOrdersAsync(customer));
    }

    [Fact]
    public async Task Killed_after_the_commit_the_retry_finds_the_order_and_the_cart_empties()
    {
        var customer = await store.Clients.CustomerAsync();
        var product = await store.CreateProductAsync(stock: 3);
        await customer.AddToCartAsync(product);
        var (copy, address) = await StartCopyAsync("order.after_commit");

        await Assert.ThrowsAsync<HttpRequestException>(() => customer.CheckOutAsync(key: "retry", at: address));

        await copy.Exited.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
        using var retried = await customer.CheckOutAsync(key: "retry");
        var order = await retried.ReadAsync<OrderResponse>(HttpStatusCode.Created);
        Assert.Equal("true", Assert.Single(retried.Headers.GetValues("Idempotency-Replayed")));
        Assert.Equal(1, await store.CountOrdersAsync(customer));
        await Eventually.AssertAsync(async () => Assert.Empty((await customer.GetCartAsync()).Items));
        await Eventually.AssertAsync(async () =>
            Assert.Equal(StockState.Reserved, (await customer.ReadOrderAsync(order.Id)).StockState));
        Assert.Equal(2, await store.StockAsync(product));
    }

    [Fact]
    public async Task Killed_after_a_cancellation_the_stock_comes_back_once()
    {
        var customer = await store.Clients.CustomerAsync();
        var product = await store.CreateProductAsync(stock: 3);
        var order = await customer.OrderWithStockAsync(product, 2);
        var (copy, address) = await StartCopyAsync("cancel.after_commit");

        await Assert.ThrowsAsync<HttpRequestException>(() => customer.CancelAsync(order.Id, address));

        await copy.Exited.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
        using var again = await customer.CancelAsync(order.Id);
        Assert.Equal(OrderStatus.Cancelled, (await again.ReadAsync<OrderResponse>()).Status);
        Assert.Equal(1, await store.CountEventsAsync(order.Id, OrderCancelled.Type));
        await Eventually.AssertAsync(async () => Assert.Equal(3, await store.StockAsync(product)));
    }

    [Fact]
    public async Task Killed_between_commit_and_acknowledgement_an_answer_counts_once()
    {
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync());
        await store.Orders.StopAsync();
        var (copy, address) = await StartCopyAsync("reply.after_commit");

        // Stock may be reserved, and the copy dead, before this answer is out.
        await Record.ExceptionAsync(() => customer.CheckOutAsync(at: address));
        await copy.Exited.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
        store.Orders.Start();

        // The answer for the next order comes after the one that is delivered again.
        var next = await OrderWhenBackAsync(customer);
        await Eventually.AssertAsync(async () =>
            Assert.Equal(StockState.Reserved, (await customer.ReadOrderAsync(next.Id)).StockState));
        using var list = await customer.Http.GetAsync(new Uri("/api/orders", UriKind.Relative), Cancelled);
        var answered = (await list.ReadAsync<List<OrderResponse>>())[^1];
        Assert.Equal(2, await store.CountOrdersAsync(customer));
        Assert.Equal((StockState.Reserved, 2), (answered.StockState, answered.Version));
    }

    private async Task<OrderResponse> OrderWhenBackAsync(StoreUser customer)
    {
        await customer.AddToCartAsync(await store.CreateProductAsync());
        OrderResponse? order = null;
        await Eventually.AssertAsync(async () => order = await customer.OrderAsync());
        return order!; // assigned by the round that succeeded
    }

    /// <summary>A copy in a process of its own, which kills itself when it comes to that place.</summary>
    private async Task<(ChildProcess Copy, Uri Address)> StartCopyAsync(string failpoint)
    {
        var address = new Uri($"http://127.0.0.1:{Ports.Free()}");
        var executable = ServiceProcess.Path("orders");
        var copy = await ChildProcess.StartAsync(new ChildCommand("orders", "dotnet", executable, "serve")
        {
            LogFile = Path.Combine(servers.Logs, $"{failpoint}.log"),
            WorkingDirectory = Path.GetDirectoryName(executable)!, // it is a path of a file
            Environment = new Dictionary<string, string?>
            {
                ["DOTNET_ENVIRONMENT"] = "Development",
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["Urls"] = address.ToString(),
                ["ConnectionStrings__Database"] = store.Databases.Orders.Service,
                ["ConnectionStrings__Broker"] = store.VirtualHost.Orders,
                ["Services__Users"] = store.Users.Address.ToString(),
                ["Services__Carts"] = store.Carts.Address.ToString(),
                ["Services__Products"] = store.Products.Address.ToString(),
                [Failpoint.Variable] = failpoint,
            },
        });
        using var client = new HttpClient { BaseAddress = address };
        await Eventually.AssertAsync(async () =>
        {
            Assert.False(copy.Exited.IsCompleted, copy.LastOutput());
            using var health = await client.GetAsync(new Uri("/health", UriKind.Relative), Cancelled);
            Assert.True(health.IsSuccessStatusCode);
        }, TimeSpan.FromSeconds(30));
        return (copy, address);
    }
}
