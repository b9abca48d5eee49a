using System.Net;
using System.Text;
using GoCart.Contracts.Carts;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Carts;

[Collection(nameof(CartStoreCollection))]
public sealed class AddItemTests(CartStore store)
{
    [Fact]
    public async Task An_added_product_is_in_the_cart_with_its_price_and_total()
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync(stock: 10, priceCents: 1999, name: "Teapot");

        using var response = await customer.PostItemAsync(product.Id, 3);

        var item = await response.ReadAsync<CartItemResponse>(HttpStatusCode.Created);
        Assert.Equal(new(item.Id, product.Id, "Teapot", 3, 1999, 5997, Available: true, PriceChanged: false), item);
        Assert.Equal("/api/cart", response.Headers.Location?.OriginalString);
        var cart = await customer.GetCartAsync();
        Assert.Equal([item], cart.Items);
        Assert.Equal((1, 5997, "USD"), (cart.Version, cart.TotalCents, cart.Currency));
    }

    [Fact]
    public async Task The_same_product_again_makes_its_item_larger()
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync();

        var first = await customer.AddAsync(product.Id, 2);
        var second = await customer.AddAsync(product.Id, 3);

        Assert.Equal(first.Id, second.Id);
        Assert.Equal(5, second.Quantity);
        var cart = await customer.GetCartAsync();
        Assert.Equal([second], cart.Items);
        Assert.Equal(2, cart.Version);
    }

    [Fact]
    public async Task A_cart_never_holds_more_than_the_stock_when_something_is_added()
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync(stock: 5);
        await customer.AddAsync(product.Id, 3);

        using var response = await customer.PostItemAsync(product.Id, 3);

        var problem = await response.AssertProblemAsync(HttpStatusCode.Conflict, "insufficient_stock");
        var item = Assert.Single(problem.GetProperty("items").EnumerateArray());
        Assert.Equal(product.Id, item.GetProperty("product_id").GetGuid());
        Assert.Equal((6, 5), (item.GetProperty("requested").GetInt32(), item.GetProperty("available").GetInt32()));
        var cart = await customer.GetCartAsync();
        Assert.Equal((1, 3), (cart.Version, Assert.Single(cart.Items).Quantity));
    }

    [Fact]
    public async Task A_refused_first_item_leaves_no_cart_behind()
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync(stock: 0);

        using var response = await customer.PostItemAsync(product.Id, 1);

        await response.AssertProblemAsync(HttpStatusCode.Conflict, "insufficient_stock");
        Assert.Equal(0, await CartStore.ScalarAsync<long>(
            store.Databases.Carts, $"select count(*) from carts where user_id = '{customer.Id}'"));
    }

    [Fact]
    public async Task Of_one_product_999_fit_into_a_cart()
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync(stock: 2000);
        await customer.AddAsync(product.Id, 999);

        using var response = await customer.PostItemAsync(product.Id, 1);

        await response.AssertProblemAsync(HttpStatusCode.Conflict, "cart_limit");
    }

    [Fact]
    public async Task Into_a_cart_fit_100_products()
    {
        var customer = await store.CustomerAsync();
        var products = await store.CreateProductsAsync(101);
        foreach (var product in products[..100])
            await customer.AddAsync(product.Id);

        using var response = await customer.PostItemAsync(products[100].Id, 1);

        await response.AssertProblemAsync(HttpStatusCode.Conflict, "cart_limit");
        var cart = await customer.GetCartAsync();
        Assert.Equal(products[..100].Select(product => product.Id), cart.Items.Select(item => item.ProductId));
        await customer.AddAsync(products[0].Id);
    }

    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("0199c0de-0000-7000-8000-000000000000")]
    public async Task A_product_that_is_not_on_sale_is_not_found(string productId)
    {
        var customer = await store.CustomerAsync();

        using var response = await customer.PostItemAsync(Guid.Parse(productId), 1);

        await response.AssertProblemAsync(HttpStatusCode.NotFound, "product_not_found");
    }

    [Fact]
    public async Task A_product_taken_off_sale_is_not_found()
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync();
        await store.TakeOffSaleAsync(product.Id);

        using var response = await customer.PostItemAsync(product.Id, 1);

        await response.AssertProblemAsync(HttpStatusCode.NotFound, "product_not_found");
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"product_id":"PRODUCT"}""")]
    [InlineData("""{"quantity":1}""")]
    [InlineData("""{"product_id":"PRODUCT","quantity":0}""")]
    [InlineData("""{"product_id":"PRODUCT","quantity":-1}""")]
    [InlineData("""{"product_id":"PRODUCT","quantity":1000}""")]
    [InlineData("""{"product_id":"PRODUCT","quantity":1.5}""")]
    [InlineData("""{"product_id":"PRODUCT","quantity":"1"}""")]
    [InlineData("""{"product_id":"PRODUCT","quantity":null}""")]
    [InlineData("""{"product_id":"PRODUCT","quantity":2147483648}""")]
    [InlineData("""{"product_id":"PRODUCT","quantity":1,"quantity":1}""")]
    [InlineData("""{"product_id":"PRODUCT","quantity":1,"price_cents":1}""")]
    [InlineData("""{"product_id":"PRODUCT","quantity":1,"user_id":"PRODUCT"}""")]
    [InlineData("""{"product_id":"{PRODUCT}","quantity":1}""")]
    [InlineData("""{"product_id":"7","quantity":1}""")]
    [InlineData("""{"Product_Id":"PRODUCT","quantity":1}""")]
    public async Task A_body_that_is_not_as_documented_is_refused(string body)
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync();
        using var content = new StringContent(
            body.Replace("PRODUCT", product.Id.ToString(), StringComparison.Ordinal), Encoding.UTF8, "application/json");

        using var response = await customer.Http.PostAsync(CartSteps.Items, content);

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
        Assert.Null((await customer.GetCartAsync()).Id);
    }

    [Fact]
    public async Task Twenty_additions_at_once_add_up_exactly()
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync(stock: 100);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => customer.AddAsync(product.Id, 3)));

        var cart = await customer.GetCartAsync();
        Assert.Equal((60, 20), (Assert.Single(cart.Items).Quantity, cart.Version));
    }

    [Fact]
    public async Task Twenty_additions_at_once_never_pass_the_limit()
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync(stock: 10_000);

        var responses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => customer.PostItemAsync(product.Id, 100)));

        Assert.Equal(9, responses.Count(response => response.StatusCode == HttpStatusCode.Created));
        foreach (var refused in responses.Where(response => response.StatusCode != HttpStatusCode.Created))
            await refused.AssertProblemAsync(HttpStatusCode.Conflict, "cart_limit");
        Assert.Equal(900, Assert.Single((await customer.GetCartAsync()).Items).Quantity);
    }

    [Fact]
    public async Task Different_products_added_at_once_never_pass_the_limit()
    {
        var customer = await store.CustomerAsync();
        var products = await store.CreateProductsAsync(110);
        foreach (var product in products[..90])
            await customer.AddAsync(product.Id);

        var responses = await Task.WhenAll(products[90..].Select(product => customer.PostItemAsync(product.Id, 1)));

        Assert.Equal(10, responses.Count(response => response.StatusCode == HttpStatusCode.Created));
        Assert.Equal(100, (await customer.GetCartAsync()).Items.Count);
    }

    [Fact]
    public async Task Adding_needs_a_token()
    {
        using var anonymous = store.Carts.CreateClient();

        using var response = await anonymous.PostAsJsonAsync(CartSteps.Items, new { product_id = Guid.NewGuid(), quantity = 1 });

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
    }
}
