using GoCart.AppHost.Local;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.EndToEnd;

/// <summary>A whole store of real processes, customers who order all the time, and kill -9.</summary>
public sealed class KilledProcessesTests(LocalServers servers)
{
    // By their ports: orders, products, carts, users, gateway, RabbitMQ, PostgreSQL.
    private static readonly int[] Victims = [8084, 8082, 8083, 8081, 8080, 5672, 5433];

    private const int Customers = 10;
    private const int OrdersEach = 50;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killing_every_process_in_turn_during_500_orders_loses_no_order_and_doubles_none()
    {
        await using var store = await RunningStore.StartAsync(Path.Combine(servers.Folder, "killed-processes"), "--no-seed");
        Assert.True(store.Output.Contains("The store is open", StringComparison.Ordinal), store.Output);
        var clients = await StoreWithAdminAsync(store);
        var product = await CreateProductAsync(clients, stock: 100_000);
        var shoppers = await Task.WhenAll(Enumerable.Range(0, Customers).Select(async _ => new Shopper(await clients.CustomerAsync())));

        var shopping = Task.WhenAll(shoppers.Select(async shopper =>
        {
            for (var count = 0; count < OrdersEach; count++)
                await shopper.BuyAsync(product, Cancelled);
        }));
        for (var turn = 0; turn < Victims.Length; turn++)
        {
            // Spread over the orders, so that each dies while there is work to do.
            var due = (turn + 1) * Customers * OrdersEach / (Victims.Length + 1);
            await Eventually.GetAsync(
                () => Task.FromResult(shopping.IsCompleted || shoppers.Sum(shopper => shopper.Orders.Count) >= due),
                isDue => isDue, TimeSpan.FromMinutes(3));
            await KillAsync(Victims[turn] + store.PortOffset);
            Assert.False(shopping.IsCompleted, $"Nobody was ordering any more when port {Victims[turn]} was killed.");
        }
        await shopping;

        foreach (var shopper in shoppers)
        {
            await Eventually.AssertAsync(async () =>
            {
                var listed = await shopper.ListOrdersAsync(Cancelled);
                Assert.Equal(
                    shopper.Orders.Values.Order(),
                    listed.Select(order => order.Id).Order());
                Assert.All(listed, order => Assert.Equal(StockState.Reserved, order.StockState));
            }, TimeSpan.FromSeconds(90));
        }
        Assert.True(shoppers.Sum(shopper => shopper.Interruptions) > 0, "Nobody noticed that anything was killed.");

        // A cart item that was added twice, because the answer to the first try was lost, is one order all the same.
        var sold = (await Task.WhenAll(shoppers.Select(shopper => shopper.ListOrdersAsync(Cancelled))))
            .SelectMany(orders => orders).SelectMany(order => order.Items).Sum(item => item.Quantity);
        await Eventually.AssertAsync(async () => Assert.Equal(100_000 - sold, await StockOfAsync(clients, product)));
        await store.AssertSettledAsync();
    }

    /// <summary>Kills whoever listens there; one that is just being started again is waited for.</summary>
    private static async Task KillAsync(int port)
    {
        var processId = await Eventually.GetAsync(() => Task.FromResult(PortHolder.Find(port)?.ProcessId), found => found is not null);
        LinuxCalls.SendSignal(processId!.Value, Signal.Kill); // waited for
    }

    /// <summary>Without the seed there is neither product nor administrator: an operator makes one.</summary>
    private static async Task<StoreClients> StoreWithAdminAsync(RunningStore store)
    {
        await store.GoCartAsync("admin123\n", "admin", "create", "--email", "admin@example.com", "--password-stdin");
        return new StoreClients(store.Gateway);
    }

    private static async Task<ProductResponse> CreateProductAsync(StoreClients clients, int stock)
    {
        var admin = await clients.AdminAsync();
        using var response = await admin.Http.PostAsJsonAsync(
            "/admin/products", new { name = "Survivor", price_cents = 100, stock }, Cancelled);
        return await response.ReadAsync<ProductResponse>(System.Net.HttpStatusCode.Created);
    }

    private static async Task<int> StockOfAsync(StoreClients clients, ProductResponse product)
    {
        using var http = clients.Anonymous();
        using var response = await http.GetAsync(new Uri($"/api/products/{product.Id}", UriKind.Relative), Cancelled);
        return (await response.ReadAsync<ProductResponse>()).Stock;
    }
}
