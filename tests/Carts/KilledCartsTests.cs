using GoCart.AppHost.Local;
using GoCart.BuildingBlocks.Hosting;
using GoCart.Contracts.Orders;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Carts;

/// <summary>The carts service as a process of its own, killed as by kill -9 when it has emptied a cart and told nobody.</summary>
public sealed class KilledCartsTests(CartStore store, LocalServers servers) : IClassFixture<CartStore>
{
    [Theory]
    // By the call of the orders service, and by the event.
    [InlineData("cart.clear_after_commit")]
    [InlineData("cart.clear_after_commit:2")]
    public async Task An_order_is_placed_once_and_leaves_the_cart_once(string failpoint)
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync(stock: 10);
        await customer.AddAsync(product.Id, 2);
        var handled = await HandledAsync();
        await store.Carts.StopAsync();
        ChildProcess? killed = null;
        try
        {
            killed = await StartAsync(failpoint);
            await ReadyAsync();

            using var placed = await customer.Http.PostAsync(new Uri("/api/orders", UriKind.Relative), null);

            Assert.True(placed.IsSuccessStatusCode);
            var exitCode = await killed.Exited.WaitAsync(TimeSpan.FromSeconds(30));
            Assert.True(exitCode == 128 + (int)Signal.Kill, killed.LastOutput());
        }
        finally
        {
            // Has the port, if it did not come to its end.
            if (killed is not null)
                await killed.StopAsync(Signal.Kill, TimeSpan.FromSeconds(10));
            store.Carts.Start();
        }

        await Eventually.AssertAsync(async () => Assert.Empty((await customer.GetCartAsync()).Items));
        await customer.AddAsync(product.Id, 3);
        // The event is handled, or handled once more, and takes nothing of what came later.
        await Eventually.AssertAsync(async () => Assert.Equal(handled + 1, await HandledAsync()));
        Assert.Equal(3, Assert.Single((await customer.GetCartAsync()).Items).Quantity);
        using var orders = await customer.Http.GetAsync(new Uri("/api/orders", UriKind.Relative));
        Assert.Single(await orders.ReadAsync<List<OrderResponse>>());
    }

    private Task<long> HandledAsync() =>
        CartStore.ScalarAsync<long>(store.Databases.Carts, "select count(*) from inbox");

    private Task ReadyAsync() => Eventually.AssertAsync(async () =>
    {
        using var http = store.Carts.CreateClient();
        using var health = await http.GetAsync(new Uri("/health", UriKind.Relative));
        Assert.True(health.IsSuccessStatusCode);
    });

    private Task<ChildProcess> StartAsync(string failpoint) =>
        ChildProcess.StartAsync(new ChildCommand("carts", "/usr/bin/env", "dotnet", ServiceProcess.Path("carts"))
        {
            LogFile = Path.Combine(servers.Logs, "killed-carts.log"),
            WorkingDirectory = Path.GetDirectoryName(ServiceProcess.Path("carts"))!, // with its appsettings.json
            Environment = new Dictionary<string, string?>
            {
                ["DOTNET_ENVIRONMENT"] = "Development",
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["Urls"] = store.Carts.Address.ToString(),
                ["ConnectionStrings__Database"] = store.Databases.Carts.Service,
                ["ConnectionStrings__Broker"] = store.VirtualHost.Carts,
                ["Services__Users"] = store.Users.Address.ToString(),
                ["Services__Products"] = store.Products.Address.ToString(),
                [Failpoint.Variable] = failpoint,
            },
        });
}
