using System.Net;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Orders;

public sealed class GetOrderTests(StoreFixture store) : IClassFixture<StoreFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_customer_sees_the_own_order_and_nobody_elses()
    {
        var owner = await store.Clients.CustomerAsync();
        var other = await store.Clients.CustomerAsync();
        var admin = await store.Clients.AdminAsync();
        var order = await owner.OrderWithStockAsync(await store.CreateProductAsync());

        Assert.Equivalent(order, await owner.ReadOrderAsync(order.Id), strict: true);
        foreach (var stranger in new[] { other, admin })
        {
            using var foreign = await stranger.GetOrderAsync(order.Id);
            using var unknown = await stranger.GetOrderAsync(Guid.NewGuid());
            var problem = await foreign.AssertProblemAsync(HttpStatusCode.NotFound, "order_not_found");
            var same = await unknown.AssertProblemAsync(HttpStatusCode.NotFound, "order_not_found");
            Assert.Equal(same.GetProperty("detail").GetString(), problem.GetProperty("detail").GetString());
        }
    }

    [Fact]
    public async Task Of_many_who_ask_at_the_same_time_each_sees_the_own_order_and_cart()
    {
        var product = await store.CreateProductAsync(stock: 100);
        var customers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => store.Clients.CustomerAsync()));
        var orders = await Task.WhenAll(customers.Select(customer => customer.OrderWithStockAsync(product)));
        await Task.WhenAll(customers.Select((customer, number) => customer.AddToCartAsync(product, number + 1)));

        await Task.WhenAll(Enumerable.Range(0, 6).SelectMany(_ => customers.Select(async (customer, number) =>
        {
            Assert.Equal(orders[number].Id, (await customer.ReadOrderAsync(orders[number].Id)).Id);
            Assert.Equal(number + 1, Assert.Single((await customer.GetCartAsync()).Items).Quantity);
            using var foreign = await customer.GetOrderAsync(orders[(number + 1) % orders.Length].Id);
            Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        })));
    }

    [Fact]
    public async Task The_administrator_sees_any_order_and_a_customer_does_not()
    {
        var owner = await store.Clients.CustomerAsync();
        var admin = await store.Clients.AdminAsync();
        var order = await owner.OrderWithStockAsync(await store.CreateProductAsync());
        var path = new Uri($"/admin/orders/{order.Id}", UriKind.Relative);

        using var seen = await admin.Http.GetAsync(path, Cancelled);
        using var unknown = await admin.Http.GetAsync(new Uri("/admin/orders/1", UriKind.Relative), Cancelled);
        using var refused = await owner.Http.GetAsync(path, Cancelled);

        Assert.Equivalent(order, await seen.ReadAsync<Contracts.Orders.OrderResponse>(), strict: true);
        await unknown.AssertProblemAsync(HttpStatusCode.NotFound, "order_not_found");
        await refused.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    [Theory]
    [InlineData("1")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("{0190c1b2-0000-7000-8000-000000000000}")]
    [InlineData("0190c1b2000070008000000000000000")]
    [InlineData("' or 1=1 --")]
    public async Task What_is_no_id_is_no_order(string id)
    {
        var customer = await store.Clients.CustomerAsync();
        var path = new Uri($"/api/orders/{Uri.EscapeDataString(id)}", UriKind.Relative);

        using var read = await customer.Http.GetAsync(path, Cancelled);
        using var cancelled = await customer.Http.DeleteAsync(path, Cancelled);

        await read.AssertProblemAsync(HttpStatusCode.NotFound, "order_not_found");
        await cancelled.AssertProblemAsync(HttpStatusCode.NotFound, "order_not_found");
    }

    [Fact]
    public async Task An_order_that_has_not_changed_is_not_sent_again()
    {
        var customer = await store.Clients.CustomerAsync();
        var order = await customer.OrderWithStockAsync(await store.CreateProductAsync());
        using var read = await customer.GetOrderAsync(order.Id);

        using var unchanged = await GetIfNoneMatchAsync(customer, order.Id, read.Headers.ETag?.Tag);
        using var cancelled = await customer.CancelAsync(order.Id);
        using var changed = await GetIfNoneMatchAsync(customer, order.Id, read.Headers.ETag?.Tag);

        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Equal(read.Headers.ETag, unchanged.Headers.ETag);
        Assert.Empty(await unchanged.Content.ReadAsByteArrayAsync(Cancelled));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(cancelled.Headers.ETag, changed.Headers.ETag);
        Assert.NotEqual(read.Headers.ETag, changed.Headers.ETag);
    }

    [Fact]
    public async Task Head_answers_as_get_does_without_the_body()
    {
        var customer = await store.Clients.CustomerAsync();
        var order = await customer.OrderWithStockAsync(await store.CreateProductAsync());
        using var request = new HttpRequestMessage(HttpMethod.Head, $"/api/orders/{order.Id}");

        using var response = await customer.Http.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotNull(response.Headers.ETag);
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancelled));
    }

    private static async Task<HttpResponseMessage> GetIfNoneMatchAsync(StoreUser customer, Guid id, string? etag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/orders/{id}");
        request.Headers.TryAddWithoutValidation("If-None-Match", etag);
        return await customer.Http.SendAsync(request, Cancelled);
    }
}
