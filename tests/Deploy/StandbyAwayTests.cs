using System.Net;
using GoCart.Contracts.Orders;
using GoCart.Tests.Infrastructure;
using GoCart.Tests.Operator;

namespace GoCart.Tests.Deploy;

/// <summary>The standby goes away, and then the primary dies: what only the primary had is gone.</summary>
public sealed class StandbyAwayTests(ReplicatedStore store) : IClassFixture<ReplicatedStore>
{
    /// <summary>Longer than any time limit on the way of an order.</summary>
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task No_order_is_accepted_that_the_standby_does_not_have()
    {
        var product = await store.CreateProductAsync(stock: 10);
        var customer = await store.Clients.CustomerAsync();
        var before = await OperatedStore.OrderAsync(customer, product.Id);
        using var added = await customer.Http.PostAsJsonAsync("/api/cart/items", new { product_id = product.Id, quantity = 2 });
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        await store.SettleAsync();
        await store.StopStandbyAsync();

        // The first makes the order, which everybody sees from then on; the others find it.
        var started = TimeProvider.System.GetTimestamp();
        var key = Guid.NewGuid().ToString();
        for (var count = 0; count < 3 || TimeProvider.System.GetElapsedTime(started) < Away; count++)
        {
            using var refused = await PlaceAsync(customer, count % 2 == 0 ? key : null);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        }
        await store.FailOverAsync();

        var order = await Eventually.GetAsync(() => TryPlaceAsync(customer, key), placed => placed is not null);
        await Eventually.AssertAsync(async () =>
        {
            using var answer = await customer.Http.GetAsync(new Uri("/api/orders", UriKind.Relative));
            var listed = await answer.ReadAsync<List<OrderResponse>>();
            Assert.Equal([order?.Id, before.Id], listed.Select(row => (Guid?)row.Id));
            Assert.All(listed, row => Assert.Equal(StockState.Reserved, row.StockState));
        });
        // Nothing was told of the order that is gone, or stock would be kept for it.
        await store.SettleAsync();
        Assert.Equal(7, await store.StockAsync(product));
    }

    private static async Task<OrderResponse?> TryPlaceAsync(StoreUser customer, string key)
    {
        using var answer = await PlaceAsync(customer, key);
        return answer.IsSuccessStatusCode ? await answer.ReadAsync<OrderResponse>(HttpStatusCode.Created) : null;
    }

    private static async Task<HttpResponseMessage> PlaceAsync(StoreUser customer, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/orders");
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await customer.Http.SendAsync(request);
    }
}
