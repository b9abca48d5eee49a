using System.Net;
using System.Text.Json;
using GoCart.Contracts.Products;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Products;

public sealed class GetProductTests(ProductsFixture store) : IClassFixture<ProductsFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_product_is_shown_with_the_documented_fields_and_no_others()
    {
        var product = await store.CreateProductAsync();

        using var response = await GetAsync($"/api/products/{product.Id}");

        var fields = await response.ReadAsync<Dictionary<string, JsonElement>>();
        Assert.Equal(
            ["created_at", "currency", "description", "id", "is_active", "name", "price_cents", "stock", "updated_at", "version"],
            fields.Keys.Order());
        Assert.Matches("^[0-9-]+T[0-9:.]+(Z|\\+00:00)$", fields["created_at"].GetString());
    }

    [Fact]
    public async Task Who_knows_the_product_as_it_is_gets_304_until_it_changes()
    {
        var product = await store.CreateProductAsync(stock: 5);
        using var first = await GetAsync($"/api/products/{product.Id}");
        var etag = first.Headers.ETag!.Tag;

        using var known = await GetAsync($"/api/products/{product.Id}", $"\"other\", W/{etag}");
        await new StockEvents(store.ServiceRole).CreatedAsync(StockEvents.Order((product.Id, 1)));
        using var changed = await GetAsync($"/api/products/{product.Id}", etag);

        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        Assert.Empty(await known.Content.ReadAsByteArrayAsync(Cancelled));
        Assert.Equal(etag, known.Headers.ETag?.Tag);
        Assert.Equal(
            (4, 2L), ((await changed.ReadAsync<ProductResponse>()).Stock, (await changed.ReadAsync<ProductResponse>()).Version));
        Assert.NotEqual(etag, changed.Headers.ETag?.Tag);
    }

    [Fact]
    public async Task Caches_must_ask_before_they_show_a_product_again()
    {
        var product = await store.CreateProductAsync();

        using var one = await GetAsync($"/api/products/{product.Id}");
        using var list = await GetAsync("/api/products?limit=1");
        using var missing = await GetAsync($"/api/products/{Guid.CreateVersion7()}");

        Assert.Equal("public, must-revalidate, max-age=0", one.Headers.CacheControl?.ToString());
        Assert.Equal("public, must-revalidate, max-age=0", list.Headers.CacheControl?.ToString());
        Assert.Equal("no-store", missing.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task An_unreadable_condition_is_refused()
    {
        var product = await store.CreateProductAsync();

        using var response = await GetAsync($"/api/products/{product.Id}", "1");

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task Head_answers_like_get_without_a_body()
    {
        var product = await store.CreateProductAsync();
        using var anonymous = store.Anonymous();
        using var request = new HttpRequestMessage(HttpMethod.Head, $"/api/products/{product.Id}");

        using var response = await anonymous.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("\"1\"", response.Headers.ETag?.Tag);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancelled));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("%7B0198e0c0-0000-7000-8000-000000000000%7D")]
    [InlineData("0198e0c0000070008000000000000000")]
    [InlineData("0198e0c0-0000-7000-8000-000000000000%20")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("0198e0c0-0000-7000-8000-000000000000")]
    public async Task What_is_no_product_is_not_found(string id)
    {
        using var response = await GetAsync($"/api/products/{id}");

        await response.AssertProblemAsync(HttpStatusCode.NotFound, "product_not_found");
    }

    [Fact]
    public async Task An_id_of_2000_characters_is_not_found()
    {
        using var response = await GetAsync($"/api/products/{new string('a', 2000)}");

        await response.AssertProblemAsync(HttpStatusCode.NotFound, "product_not_found");
    }

    [Fact]
    public async Task An_admin_sees_inactive_and_deleted_products_too()
    {
        var (inactive, deleted) = (await store.CreateProductAsync(isActive: false), await store.CreateProductAsync());
        using var admin = store.Admin();
        using (await admin.DeleteAsync(new Uri($"/admin/products/{deleted.Id}", UriKind.Relative), Cancelled)) { }

        using var one = await admin.GetAsync(new Uri($"/admin/products/{inactive.Id}", UriKind.Relative), Cancelled);
        using var other = await admin.GetAsync(new Uri($"/admin/products/{deleted.Id}", UriKind.Relative), Cancelled);
        using var missing = await admin.GetAsync(new Uri($"/admin/products/{Guid.CreateVersion7()}", UriKind.Relative), Cancelled);

        Assert.Equal(inactive, await one.ReadAsync<ProductResponse>());
        Assert.Equal("no-store", one.Headers.CacheControl?.ToString());
        Assert.NotNull((await other.ReadAsync<ProductResponse>()).DeletedAt);
        await missing.AssertProblemAsync(HttpStatusCode.NotFound, "product_not_found");
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string? ifNoneMatch = null)
    {
        using var anonymous = store.Anonymous();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (ifNoneMatch is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        return await anonymous.SendAsync(request, Cancelled);
    }
}
