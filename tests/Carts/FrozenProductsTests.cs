extern alias CartsService;
using System.Diagnostics;
using System.Net;
using GoCart.AppHost.Local;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Carts;

/// <summary>A second copy of carts, which reaches products over a bad line.</summary>
[Collection(MeasuresTime.Name)]
public sealed class FrozenProductsTests(CartStore store) : IClassFixture<CartStore>
{
    [Fact]
    public async Task While_products_does_not_answer_a_cart_answers_503_in_time_and_is_back_with_it()
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync();
        await customer.AddAsync(product.Id);
        await using var line = new TcpProxy(store.Products.Address.Port);
        await using var carts = new RunningService<CartsService::Program>(Ports.Free(), new Dictionary<string, string?>
        {
            ["ConnectionStrings:Database"] = store.Databases.Carts.Service,
            ["ConnectionStrings:Broker"] = store.VirtualHost.Carts,
            ["Services:Users"] = store.Users.Address.ToString(),
            ["Services:Products"] = $"http://127.0.0.1:{line.Port}",
        });
        carts.Start();
        using var http = carts.CreateClient();
        http.DefaultRequestHeaders.Authorization = customer.Http.DefaultRequestHeaders.Authorization;
        await Eventually.AssertAsync(async () =>
        {
            using var read = await http.GetAsync(CartSteps.Cart);
            Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        });

        line.Freeze();
        var started = Stopwatch.GetTimestamp();
        using var frozen = await http.GetAsync(CartSteps.Cart);
        await frozen.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
        // It waits 2 s for products.
        MeasuresTime.AssertWithin(TimeSpan.FromSeconds(3), started);

        line.Resume();
        line.Refuse();
        using var refused = await http.PostAsJsonAsync(CartSteps.Items, new { product_id = product.Id, quantity = 1 });
        await refused.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");

        line.Resume();
        using var back = await http.PostAsJsonAsync(CartSteps.Items, new { product_id = product.Id, quantity = 1 });
        Assert.Equal(HttpStatusCode.Created, back.StatusCode);
        Assert.Equal(2, Assert.Single((await customer.GetCartAsync()).Items).Quantity);
    }
}
