using System.Net;
using GoCart.Contracts.Products;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Products;

public sealed class DeleteProductTests(ProductsFixture store) : IClassFixture<ProductsFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deleted_product_is_gone_for_customers_and_deleting_it_again_is_fine()
    {
        var product = await store.CreateProductAsync();
        using var anonymous = store.Anonymous();

        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(product));
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(product));

        using var found = await anonymous.GetAsync(new Uri($"/api/products/{product.Id}", UriKind.Relative), Cancelled);
        await found.AssertProblemAsync(HttpStatusCode.NotFound, "product_not_found");
        Assert.Equal(2, await store.ScalarAsync<long>("select version from products where id = $1", product.Id));
    }

    [Fact]
    public async Task A_deleted_product_can_no_longer_be_changed()
    {
        var product = await store.CreateProductAsync();
        await DeleteAsync(product);
        using var admin = store.Admin();

        using var response = await admin.PatchAsJsonAsync($"/admin/products/{product.Id}", new { stock = 1 }, Cancelled);

        await response.AssertProblemAsync(HttpStatusCode.NotFound, "product_not_found");
    }

    [Fact]
    public async Task Only_the_version_that_is_meant_is_deleted()
    {
        var product = await store.CreateProductAsync();

        Assert.Equal(HttpStatusCode.PreconditionFailed, await DeleteAsync(product, "\"2\""));
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(product, "\"1\""));
        // What was asked for is the case.
        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(product, "\"1\""));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("0198e0c0000070008000000000000000")]
    [InlineData("0198e0c0-0000-7000-8000-000000000000")]
    public async Task A_product_that_never_was_is_not_found(string id)
    {
        using var admin = store.Admin();

        using var response = await admin.DeleteAsync(new Uri($"/admin/products/{id}", UriKind.Relative), Cancelled);

        await response.AssertProblemAsync(HttpStatusCode.NotFound, "product_not_found");
    }

    [Fact]
    public async Task An_order_that_comes_after_the_deletion_is_rejected_and_one_cancelled_after_it_gives_back()
    {
        var product = await store.CreateProductAsync(stock: 10);
        var events = new StockEvents(store.ServiceRole);
        var (early, late) = (StockEvents.Order((product.Id, 2)), StockEvents.Order((product.Id, 2)));
        await events.CreatedAsync(early);
        await DeleteAsync(product);

        var replies = await events.CreatedAsync(late);
        await events.CancelledAsync(StockEvents.Cancel(early));

        var rejected = Assert.IsType<StockRejected>(Assert.Single(replies));
        Assert.Equal([new(product.Id, Requested: 2, Available: 0)], rejected.Items);
        Assert.Equal(10, await store.StockOfAsync(product));
        Assert.Equal(["initial 10", $"sale -2 {early.OrderId}", $"restore 2 {early.OrderId}"], await store.LedgerOfAsync(product));
    }

    private async Task<HttpStatusCode> DeleteAsync(ProductResponse product, string? ifMatch = null)
    {
        using var admin = store.Admin();
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"/admin/products/{product.Id}");
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var response = await admin.SendAsync(request, Cancelled);
        return response.StatusCode;
    }
}
