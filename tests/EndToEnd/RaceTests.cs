using System.Net;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.EndToEnd;

/// <summary>Many customers at once, through the gateway, over the broker.</summary>
public sealed class RaceTests(AuditedStore store) : IClassFixture<AuditedStore>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_64_buyers_of_10_units_exactly_10_get_one()
    {
        var product = await store.CreateProductAsync(stock: 10);
        var buyers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => BuyerOfAsync(product)));

        var answers = await Task.WhenAll(buyers.Select(PlaceOrderAsync));

        // Who came when the stock was gone already is told so at once; the others learn it from their order.
        Assert.All(answers, answer => Assert.True(answer is HttpStatusCode.Created or HttpStatusCode.Conflict, $"{answer}"));
        await Eventually.AssertAsync(async () =>
        {
            var orders = (await Task.WhenAll(buyers.Select(OrdersOfAsync))).SelectMany(list => list).ToList();
            Assert.DoesNotContain(orders, order => order.StockState == StockState.Awaiting);
            Assert.Equal(10, orders.Count(order => order.StockState == StockState.Reserved));
            Assert.All(orders.Where(order => order.StockState != StockState.Reserved),
                order => Assert.Equal(OrderStatus.Rejected, order.Status));
        });
        Assert.Equal(0, await StockOfAsync(product));
    }

    [Fact]
    public async Task What_is_cancelled_can_be_bought_again()
    {
        var product = await store.CreateProductAsync(stock: 1);
        var first = await BuyerOfAsync(product);
        Assert.Equal(HttpStatusCode.Created, await PlaceOrderAsync(first));
        var order = Assert.Single(await OrdersOfAsync(first));
        Assert.Equal(0, await StockOfAsync(product));

        using var cancelled = await first.Http.DeleteAsync(new Uri($"/api/orders/{order.Id}", UriKind.Relative), Cancelled);

        Assert.Equal(OrderStatus.Cancelled, (await cancelled.ReadAsync<OrderResponse>()).Status);
        await Eventually.AssertAsync(async () => Assert.Equal(1, await StockOfAsync(product)));
        Assert.Equal(HttpStatusCode.Created, await PlaceOrderAsync(await BuyerOfAsync(product)));
    }

    private async Task<StoreUser> BuyerOfAsync(ProductResponse product)
    {
        var buyer = await store.Clients.CustomerAsync();
        using var added = await buyer.Http.PostAsJsonAsync(
            "/api/cart/items", new { product_id = product.Id, quantity = 1 }, Cancelled);
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        return buyer;
    }

    private static async Task<HttpStatusCode> PlaceOrderAsync(StoreUser buyer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/orders");
        request.Headers.Add("Prefer", "wait=10");
        using var response = await buyer.Http.SendAsync(request, Cancelled);
        return response.StatusCode;
    }

    private static async Task<List<OrderResponse>> OrdersOfAsync(StoreUser buyer)
    {
        using var response = await buyer.Http.GetAsync(new Uri("/api/orders", UriKind.Relative), Cancelled);
        return await response.ReadAsync<List<OrderResponse>>();
    }

    private async Task<int> StockOfAsync(ProductResponse product)
    {
        using var http = store.Clients.Anonymous();
        using var response = await http.GetAsync(new Uri($"/api/products/{product.Id}", UriKind.Relative), Cancelled);
        return (await response.ReadAsync<ProductResponse>()).Stock;
    }
}
