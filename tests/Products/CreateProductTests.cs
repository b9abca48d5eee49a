using System.Net;
using GoCart.Contracts.Products;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Products;

public sealed class CreateProductTests(ProductsFixture store) : IClassFixture<ProductsFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_product_is_answered_and_found_with_everything_that_was_sent()
    {
        using var admin = store.Admin();
        using var anonymous = store.Anonymous();
        var request = new { name = "Mug <b>✨'; DROP TABLE products", description = "Two\r\nlines\tand a tab", price_cents = 1999, stock = 7 };

        using var response = await admin.PostAsJsonAsync("/admin/products", request, Cancelled);

        var product = await response.ReadAsync<ProductResponse>(HttpStatusCode.Created);
        Assert.Equal($"/api/products/{product.Id}", response.Headers.Location?.ToString());
        Assert.Equal("\"1\"", response.Headers.ETag?.Tag);
        Assert.Equal(
            (request.name, request.description, 1999L, "USD", 7, true, 1L),
            (product.Name, product.Description, product.PriceCents, product.Currency, product.Stock, product.IsActive, product.Version));
        Assert.Equal(7, product.Id.Version);
        Assert.Equal(product.CreatedAt, product.UpdatedAt);
        using var found = await anonymous.GetAsync(response.Headers.Location, Cancelled);
        Assert.Equal(product, await found.ReadAsync<ProductResponse>());
    }
}
