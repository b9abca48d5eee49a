using System.Net;
using GoCart.Contracts.Orders;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Orders;

public sealed class IdempotencyTests(StoreFixture store) : IClassFixture<StoreFixture>
{
    [Fact]
    public async Task One_key_fifty_times_at_once_makes_one_order()
    {
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync(stock: 1));

        var responses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => customer.CheckOutAsync(key: "same")));

        var bodies = new HashSet<string>();
        foreach (var response in responses.Where(response => response.StatusCode != HttpStatusCode.Conflict))
        {
            Assert.Equal(HttpStatusCode.Created, response.StatusCode);
            bodies.Add(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        foreach (var response in responses.Where(response => response.StatusCode == HttpStatusCode.Conflict))
        {
            await response.AssertProblemAsync(HttpStatusCode.Conflict, "idempotency_key_in_use");
            Assert.NotNull(response.Headers.RetryAfter);
        }
        Assert.Single(bodies);
        Assert.Single(responses, response =>
            response.StatusCode == HttpStatusCode.Created && !response.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(1, await store.CountOrdersAsync(customer));
    }

    [Fact]
    public async Task The_same_request_gets_the_same_answer()
    {
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync(priceCents: 100));

        using var first = await customer.CheckOutAsync(new { expected_total_cents = 100 }, key: "abc");
        using var again = await customer.CheckOutAsync("""  { "expected_total_cents" : 100 }""", key: "\"abc\"");

        Assert.False(first.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal("true", Assert.Single(again.Headers.GetValues("Idempotency-Replayed")));
        Assert.Equal(await TextOf(first), await TextOf(again));
        Assert.Equal(first.StatusCode, again.StatusCode);
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.Equal(first.Headers.ETag, again.Headers.ETag);
        Assert.Equal(first.Content.Headers.ContentType, again.Content.Headers.ContentType);
    }

    [Fact]
    public async Task Another_request_with_a_used_key_is_refused()
    {
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync(priceCents: 100));
        using var first = await customer.CheckOutAsync(key: "used");
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);

        using var other = await customer.CheckOutAsync(new { expected_total_cents = 100 }, key: "used");

        await other.AssertProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
    }

    [Fact]
    public async Task Two_customers_may_use_the_same_key()
    {
        var product = await store.CreateProductAsync();
        var one = await store.Clients.CustomerAsync();
        var other = await store.Clients.CustomerAsync();
        await one.AddToCartAsync(product);
        await other.AddToCartAsync(product);

        using var first = await one.CheckOutAsync(key: "shared");
        using var second = await other.CheckOutAsync(key: "shared");

        Assert.NotEqual(
            (await first.ReadAsync<OrderResponse>(HttpStatusCode.Created)).Id,
            (await second.ReadAsync<OrderResponse>(HttpStatusCode.Created)).Id);
    }

    [Fact]
    public async Task A_key_is_free_again_after_an_error()
    {
        var customer = await store.Clients.CustomerAsync();
        using var empty = await customer.CheckOutAsync(key: "retry");
        await empty.AssertProblemAsync(HttpStatusCode.BadRequest, "cart_empty");
        await customer.AddToCartAsync(await store.CreateProductAsync());

        using var retried = await customer.CheckOutAsync(key: "retry");

        await retried.ReadAsync<OrderResponse>(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_key_counts_for_24_hours()
    {
        var customer = await store.Clients.CustomerAsync();
        var product = await store.CreateProductAsync();
        await customer.AddToCartAsync(product);
        using var first = await customer.CheckOutAsync(key: "old");
        await StoreFixture.ScalarAsync<object>(store.Databases.Orders,
            $"update idempotency_keys set created_at = now() - interval '24 hours' where user_id = '{customer.Id}'");
        await customer.AddToCartAsync(product);

        using var second = await customer.CheckOutAsync(key: "old");

        Assert.NotEqual(
            (await first.ReadAsync<OrderResponse>(HttpStatusCode.Created)).Id,
            (await second.ReadAsync<OrderResponse>(HttpStatusCode.Created)).Id);
        Assert.False(second.Headers.Contains("Idempotency-Replayed"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    [InlineData("two words")]
    public async Task A_key_that_is_not_visible_ascii_is_refused(string key)
    {
        var customer = await store.Clients.CustomerAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(store.Orders.Address, "/api/orders"));
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);

        using var response = await customer.Http.SendAsync(request, TestContext.Current.CancellationToken);

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task A_key_of_255_characters_is_accepted_and_one_of_256_is_not()
    {
        var customer = await store.Clients.CustomerAsync();

        using var longest = await customer.CheckOutAsync(key: new string('k', 255));
        using var tooLong = await customer.CheckOutAsync(key: new string('k', 256));

        await longest.AssertProblemAsync(HttpStatusCode.BadRequest, "cart_empty");
        await tooLong.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    private static Task<string> TextOf(HttpResponseMessage response) =>
        response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
