using System.Net;
using GoCart.Contracts.Carts;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Carts;

[Collection(nameof(CartStoreCollection))]
public sealed class ChangeQuantityTests(CartStore store)
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(999)]
    public async Task A_quantity_can_be_set_to_anything_in_stock(int quantity)
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync(stock: 999, priceCents: 250);
        var added = await customer.AddAsync(product.Id, 5);

        using var response = await customer.PatchItemAsync(added.Id, quantity);

        var changed = await response.ReadAsync<CartItemResponse>();
        Assert.Equal(added with { Quantity = quantity, LineTotalCents = quantity * 250 }, changed);
        var cart = await customer.GetCartAsync();
        Assert.Equal([changed], cart.Items);
        Assert.Equal(2, cart.Version);
    }

    [Fact]
    public async Task More_than_the_stock_is_refused()
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync(stock: 5);
        var item = await customer.AddAsync(product.Id, 5);

        using var response = await customer.PatchItemAsync(item.Id, 6);

        await response.AssertProblemAsync(HttpStatusCode.Conflict, "insufficient_stock");
        Assert.Equal(5, Assert.Single((await customer.GetCartAsync()).Items).Quantity);
    }

    [Fact]
    public async Task Of_a_product_taken_off_sale_nothing_is_in_stock()
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync();
        var item = await customer.AddAsync(product.Id, 5);
        await store.TakeOffSaleAsync(product.Id);

        using var response = await customer.PatchItemAsync(item.Id, 1);

        await response.AssertProblemAsync(HttpStatusCode.Conflict, "insufficient_stock");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1000)]
    public async Task A_quantity_out_of_range_is_refused(int quantity)
    {
        var customer = await store.CustomerAsync();
        var item = await customer.AddAsync((await store.CreateProductAsync()).Id);

        using var response = await customer.PatchItemAsync(item.Id, quantity);

        var problem = await response.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
        Assert.True(problem.GetProperty("errors").TryGetProperty("quantity", out _));
    }

    [Fact]
    public async Task Nobody_can_change_or_find_another_customers_item()
    {
        var owner = await store.CustomerAsync();
        var other = await store.CustomerAsync();
        var product = await store.CreateProductAsync();
        var item = await owner.AddAsync(product.Id, 2);
        await other.AddAsync(product.Id, 1);

        foreach (var id in ForeignIds.Around(item.Id))
        {
            using var response = await other.PatchItemAsync(id, 3);
            await response.AssertProblemAsync(HttpStatusCode.NotFound, "cart_item_not_found");
        }

        Assert.Equal([item], (await owner.GetCartAsync()).Items);
        Assert.Equal(1, (await other.GetCartAsync()).Version);
    }

    [Fact]
    public async Task A_customer_without_a_cart_has_no_items_to_change()
    {
        var customer = await store.CustomerAsync();

        using var response = await customer.PatchItemAsync(Guid.NewGuid(), 3);

        await response.AssertProblemAsync(HttpStatusCode.NotFound, "cart_item_not_found");
    }
}
