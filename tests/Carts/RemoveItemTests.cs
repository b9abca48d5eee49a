using System.Net;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Carts;

[Collection(nameof(CartStoreCollection))]
public sealed class RemoveItemTests(CartStore store)
{
    [Fact]
    public async Task A_removed_item_is_gone_and_cannot_be_removed_again()
    {
        var customer = await store.CustomerAsync();
        var kept = await customer.AddAsync((await store.CreateProductAsync()).Id);
        var item = await customer.AddAsync((await store.CreateProductAsync()).Id);

        using var first = await customer.Http.DeleteAsync(CartSteps.Item(item.Id));
        using var second = await customer.Http.DeleteAsync(CartSteps.Item(item.Id));

        Assert.Equal(HttpStatusCode.NoContent, first.StatusCode);
        await second.AssertProblemAsync(HttpStatusCode.NotFound, "cart_item_not_found");
        var cart = await customer.GetCartAsync();
        Assert.Equal([kept], cart.Items);
        Assert.Equal(3, cart.Version);
    }

    [Fact]
    public async Task Nobody_can_remove_or_find_another_customers_item()
    {
        var owner = await store.CustomerAsync();
        var other = await store.CustomerAsync();
        var product = await store.CreateProductAsync();
        var item = await owner.AddAsync(product.Id);
        await other.AddAsync(product.Id);

        foreach (var id in ForeignIds.Around(item.Id))
        {
            using var response = await other.Http.DeleteAsync(CartSteps.Item(id));
            await response.AssertProblemAsync(HttpStatusCode.NotFound, "cart_item_not_found");
        }

        Assert.Equal([item], (await owner.GetCartAsync()).Items);
    }

    [Fact]
    public async Task Clearing_empties_the_cart_and_keeps_it()
    {
        var customer = await store.CustomerAsync();
        await customer.AddAsync((await store.CreateProductAsync()).Id);
        await customer.AddAsync((await store.CreateProductAsync()).Id);
        var before = await customer.GetCartAsync();

        using var first = await customer.Http.DeleteAsync(CartSteps.Cart);
        using var second = await customer.Http.DeleteAsync(CartSteps.Cart);

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (first.StatusCode, second.StatusCode));
        var cart = await customer.GetCartAsync();
        Assert.Empty(cart.Items);
        Assert.Equal((before.Id, 3, 0), (cart.Id, cart.Version, cart.TotalCents));
    }

    [Fact]
    public async Task A_cart_that_was_never_filled_can_be_cleared()
    {
        var customer = await store.CustomerAsync();

        using var response = await customer.Http.DeleteAsync(CartSteps.Cart);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Null((await customer.GetCartAsync()).Id);
    }

    [Fact]
    public async Task Clearing_leaves_other_customers_carts_alone()
    {
        var owner = await store.CustomerAsync();
        var other = await store.CustomerAsync();
        var product = await store.CreateProductAsync();
        await owner.AddAsync(product.Id);
        await other.AddAsync(product.Id);

        using var response = await other.Http.DeleteAsync(CartSteps.Cart);

        Assert.Single((await owner.GetCartAsync()).Items);
    }
}
