using GoCart.Products.Catalog;

namespace GoCart.Tests.Products;

public sealed class SampleProductsTests(ProductsFixture store) : IClassFixture<ProductsFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_samples_come_once_each_with_its_stock_in_the_ledger()
    {
        await SampleProducts.SeedAsync(store.Superuser, Cancelled);
        await store.ScalarAsync<object>("update products set price_cents = 1");

        await SampleProducts.SeedAsync(store.Superuser, Cancelled);

        Assert.Equal(12, await store.ScalarAsync<long>("select count(*) from products where price_cents = 1"));
        Assert.Equal(12, await store.ScalarAsync<long>(
            """
            select count(*) from products join stock_ledger on product_id = products.id
            where kind = 'initial' and delta = stock and stock > 0 and actor is null
            """));
    }
}
