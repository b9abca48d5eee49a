using System.Net;
using System.Text.Json;
using GoCart.Contracts.Carts;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Carts;

[Collection(nameof(CartStoreCollection))]
public sealed class GetCartTests(CartStore store)
{
    [Fact]
    public async Task A_customer_who_never_added_anything_sees_an_empty_cart()
    {
        var customer = await store.CustomerAsync();

        using var response = await customer.Http.GetAsync(CartSteps.Cart);

        var cart = await response.ReadAsync<JsonElement>();
        Assert.Equal(
            """{"id":null,"version":0,"items":[],"total_cents":0,"currency":"USD","updated_at":null}""", cart.GetRawText());
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.Equal(0, await CartStore.ScalarAsync<long>(
            store.Databases.Carts, $"select count(*) from carts where user_id = '{customer.Id}'"));
    }

    [Fact]
    public async Task The_cart_shows_live_prices_and_says_which_have_changed()
    {
        var customer = await store.CustomerAsync();
        var steady = await store.CreateProductAsync(priceCents: 100);
        var dearer = await store.CreateProductAsync(priceCents: 200);
        await customer.AddAsync(steady.Id, 2);
        await customer.AddAsync(dearer.Id, 3);
        await store.SetPriceAsync(dearer.Id, 250);

        var cart = await customer.GetCartAsync();

        Assert.Equal([(100, 200, false), (250, 750, true)], Prices(cart));
        Assert.Equal(950, cart.TotalCents);

        // Added again at the new price: there is nothing to point out any more.
        await customer.AddAsync(dearer.Id);
        Assert.Equal([(100, 200, false), (250, 1000, false)], Prices(await customer.GetCartAsync()));

        static IEnumerable<(long, long, bool)> Prices(CartResponse cart) =>
            cart.Items.Select(item => (item.PriceCents, item.LineTotalCents, item.PriceChanged));
    }

    [Fact]
    public async Task An_item_that_the_stock_no_longer_covers_is_not_available()
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync(stock: 5);
        await customer.AddAsync(product.Id, 5);
        await store.SetStockAsync(product.Id, 4);

        var cart = await customer.GetCartAsync();

        Assert.False(Assert.Single(cart.Items).Available);
    }

    [Fact]
    public async Task A_product_taken_off_sale_stays_in_the_cart_with_its_last_name_and_price()
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync(priceCents: 300, name: "Last year's teapot");
        var item = await customer.AddAsync(product.Id, 2);
        await store.TakeOffSaleAsync(product.Id);

        var cart = await customer.GetCartAsync();

        Assert.Equal(item with { Available = false }, Assert.Single(cart.Items));
        Assert.Equal(600, cart.TotalCents);
    }

    [Fact]
    public async Task The_answer_to_an_unchanged_cart_is_not_sent_again()
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync();
        await customer.AddAsync(product.Id);
        var etag = await ETagAsync(customer);

        using var unchanged = await customer.SendAsync(HttpMethod.Get, CartSteps.Cart, ("If-None-Match", etag));
        await store.SetPriceAsync(product.Id, 5);
        using var repriced = await customer.SendAsync(HttpMethod.Get, CartSteps.Cart, ("If-None-Match", etag));
        var repricedTag = await ETagAsync(customer);
        await customer.AddAsync(product.Id);
        using var changed = await customer.SendAsync(HttpMethod.Get, CartSteps.Cart, ("If-None-Match", repricedTag));

        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Equal(etag, unchanged.Headers.ETag?.ToString());
        Assert.Empty(await unchanged.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.OK, repriced.StatusCode);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
    }

    [Fact]
    public async Task HEAD_tells_the_same_without_the_cart()
    {
        var customer = await store.CustomerAsync();

        using var response = await customer.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, CartSteps.Cart));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(await ETagAsync(customer), response.Headers.ETag?.ToString());
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_write_that_names_an_older_cart_is_refused()
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync();
        var item = await customer.AddAsync(product.Id);
        var stale = ("If-Match", await ETagAsync(customer));
        await customer.AddAsync(product.Id);
        var before = await customer.GetCartAsync();

        using var add = await customer.SendAsync(HttpMethod.Post, CartSteps.Items, stale, new { product_id = product.Id, quantity = 1 });
        using var change = await customer.SendAsync(HttpMethod.Patch, CartSteps.Item(item.Id), stale, new { quantity = 1 });
        using var remove = await customer.SendAsync(HttpMethod.Delete, CartSteps.Item(item.Id), stale);
        using var clear = await customer.SendAsync(HttpMethod.Delete, CartSteps.Cart, stale);

        foreach (var response in (HttpResponseMessage[])[add, change, remove, clear])
            await response.AssertProblemAsync(HttpStatusCode.PreconditionFailed, "precondition_failed");
        var after = await customer.GetCartAsync();
        Assert.Equal((before.Version, before.UpdatedAt), (after.Version, after.UpdatedAt));
        Assert.Equal(before.Items, after.Items);
    }

    [Fact]
    public async Task A_write_that_names_the_cart_as_it_is_succeeds_even_after_a_price_change()
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync();
        var item = await customer.AddAsync(product.Id);
        var etag = await ETagAsync(customer);
        await store.SetPriceAsync(product.Id, 5);

        using var change = await customer.SendAsync(HttpMethod.Patch, CartSteps.Item(item.Id), ("If-Match", etag), new { quantity = 2 });
        using var remove = await customer.SendAsync(HttpMethod.Delete, CartSteps.Item(item.Id), ("If-Match", await ETagAsync(customer)));
        using var add = await customer.SendAsync(
            HttpMethod.Post, CartSteps.Items, ("If-Match", $"\"0-0\", {await ETagAsync(customer)}"), new { product_id = product.Id, quantity = 1 });
        using var clear = await customer.SendAsync(HttpMethod.Delete, CartSteps.Cart, ("If-Match", "*"));

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.NoContent, HttpStatusCode.Created, HttpStatusCode.NoContent],
            new[] { change, remove, add, clear }.Select(response => response.StatusCode));
    }

    [Fact]
    public async Task The_first_item_can_be_added_on_condition_that_there_is_no_cart_yet()
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync();
        var etag = await ETagAsync(customer);

        using var first = await customer.SendAsync(
            HttpMethod.Post, CartSteps.Items, ("If-Match", etag), new { product_id = product.Id, quantity = 1 });
        using var second = await customer.SendAsync(
            HttpMethod.Post, CartSteps.Items, ("If-Match", etag), new { product_id = product.Id, quantity = 1 });

        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        await second.AssertProblemAsync(HttpStatusCode.PreconditionFailed, "precondition_failed");
    }

    [Theory]
    [InlineData("7")]
    [InlineData("\"7")]
    public async Task A_condition_that_cannot_be_read_is_refused(string condition)
    {
        var customer = await store.CustomerAsync();
        await customer.AddAsync((await store.CreateProductAsync()).Id);

        using var write = await customer.SendAsync(HttpMethod.Delete, CartSteps.Cart, ("If-Match", condition));
        using var read = await customer.SendAsync(HttpMethod.Get, CartSteps.Cart, ("If-None-Match", condition));

        await write.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
        await read.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
        Assert.Single((await customer.GetCartAsync()).Items);
    }

    private static async Task<string> ETagAsync(StoreUser customer)
    {
        using var response = await customer.Http.GetAsync(CartSteps.Cart);
        return response.Headers.ETag?.ToString() ?? "";
    }
}
