using System.Net;
using System.Text;
using GoCart.Contracts.Products;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Products;

public sealed class UpdateProductTests(ProductsFixture store) : IClassFixture<ProductsFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_the_fields_that_are_sent_change()
    {
        var before = await store.CreateProductAsync(stock: 5, description: "Blue");

        var after = await ChangedAsync(before, """{"name": "Cup", "price_cents": 2500}""");

        Assert.Equal(
            before with { Name = "Cup", PriceCents = 2500, Version = 2, UpdatedAt = after.UpdatedAt }, after);
        Assert.True(after.UpdatedAt > before.UpdatedAt);
        Assert.Equal(after, await PublicAsync(before));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"stock": 5, "is_active": true, "description": "Blue"}""")]
    public async Task A_change_that_changes_nothing_leaves_the_version(string body)
    {
        var before = await store.CreateProductAsync(stock: 5, description: "Blue");

        Assert.Equal(before, await ChangedAsync(before, body));
        Assert.Equal(["initial 5"], await store.LedgerOfAsync(before));
    }

    [Fact]
    public async Task Null_clears_the_description()
    {
        var before = await store.CreateProductAsync(description: "Blue");

        Assert.Null((await ChangedAsync(before, """{"description": null}""")).Description);
        Assert.Null((await PublicAsync(before)).Description);
    }

    [Fact]
    public async Task Setting_the_stock_records_the_difference_with_the_admin()
    {
        var product = await store.CreateProductAsync(stock: 5);

        Assert.Equal(8, (await ChangedAsync(product, """{"stock": 8}""")).Stock);
        Assert.Equal(0, (await ChangedAsync(product, """{"stock": 0}""")).Stock);

        Assert.Equal(["initial 5", "adjustment 3", "adjustment -8"], await store.LedgerOfAsync(product));
        Assert.Equal(3, await store.ScalarAsync<long>(
            "select count(*) from stock_ledger where product_id = $1 and actor = $2", product.Id, store.AdminId));
    }

    [Fact]
    public async Task Setting_the_stock_while_units_are_sold_loses_no_sale()
    {
        var product = await store.CreateProductAsync(stock: 1000);
        var events = new StockEvents(store.ServiceRole);

        await Task.WhenAll(
            Task.WhenAll(Enumerable.Range(0, 40).Select(_ => events.CreatedAsync(StockEvents.Order((product.Id, 3))))),
            Task.WhenAll(Enumerable.Range(0, 20).Select(n => ChangedAsync(product, $$"""{"stock": {{500 + n}}}"""))));

        var ledger = await store.LedgerOfAsync(product);
        Assert.Equal(40, ledger.Count(entry => entry.StartsWith("sale -3", StringComparison.Ordinal)));
        Assert.Equal(await store.StockOfAsync(product), ledger.Sum(entry => int.Parse(entry.Split(' ')[1], null)));
    }

    [Fact]
    public async Task An_inactive_product_comes_back_with_everything_it_had()
    {
        var product = await store.CreateProductAsync();
        using var anonymous = store.Anonymous();

        await ChangedAsync(product, """{"is_active": false}""");
        using (var hidden = await anonymous.GetAsync(new Uri($"/api/products/{product.Id}", UriKind.Relative), Cancelled))
            await hidden.AssertProblemAsync(HttpStatusCode.NotFound, "product_not_found");
        var back = await ChangedAsync(product, """{"is_active": true}""");

        Assert.Equal(product with { Version = 3, UpdatedAt = back.UpdatedAt }, await PublicAsync(product));
    }

    [Theory]
    [InlineData("name", "null")]
    [InlineData("name", "\"\"")]
    [InlineData("name", "\"\\u200b\"")]
    [InlineData("description", "\"\\u0001\"")]
    [InlineData("description", "5")]
    [InlineData("price_cents", "null")]
    [InlineData("price_cents", "0")]
    [InlineData("price_cents", "1000000001")]
    [InlineData("price_cents", "9223372036854775807")]
    [InlineData("stock", "null")]
    [InlineData("stock", "-1")]
    [InlineData("stock", "1000001")]
    [InlineData("is_active", "null")]
    [InlineData("id", "\"00000000-0000-0000-0000-000000000000\"")]
    public async Task A_field_that_is_not_as_documented_is_named_and_nothing_changes(string field, string json)
    {
        var product = await store.CreateProductAsync();

        using var response = await PatchAsync(product.Id.ToString(), $$"""{"{{field}}": {{json}}}""");

        var problem = await response.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
        Assert.Equal(product, await PublicAsync(product));
    }

    [Fact]
    public async Task A_change_to_a_version_that_is_no_longer_there_is_refused()
    {
        var product = await store.CreateProductAsync();

        using (var first = await PatchAsync(product.Id.ToString(), """{"stock": 1}""", "\"1\""))
        {
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
            Assert.Equal("\"2\"", first.Headers.ETag?.Tag);
        }
        using (var stale = await PatchAsync(product.Id.ToString(), """{"stock": 2}""", "\"1\""))
            await stale.AssertProblemAsync(HttpStatusCode.PreconditionFailed, "precondition_failed");
        using (var weak = await PatchAsync(product.Id.ToString(), """{"stock": 2}""", "W/\"2\""))
            await weak.AssertProblemAsync(HttpStatusCode.PreconditionFailed, "precondition_failed");
        using (var unreadable = await PatchAsync(product.Id.ToString(), """{"stock": 2}""", "2"))
            await unreadable.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
        Assert.Equal(1, await store.StockOfAsync(product));

        using var any = await PatchAsync(product.Id.ToString(), """{"stock": 3}""", "*");
        Assert.Equal(3, (await any.ReadAsync<ProductResponse>()).Stock);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("{0198e0c0-0000-7000-8000-000000000000}")]
    [InlineData("0198e0c0-0000-7000-8000-000000000000")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public async Task A_product_that_does_not_exist_is_not_found(string id)
    {
        using var response = await PatchAsync(id, """{"stock": 1}""");

        await response.AssertProblemAsync(HttpStatusCode.NotFound, "product_not_found");
    }

    private async Task<ProductResponse> ChangedAsync(ProductResponse product, string body)
    {
        using var response = await PatchAsync(product.Id.ToString(), body);
        var changed = await response.ReadAsync<ProductResponse>();
        Assert.Equal($"\"{changed.Version}\"", response.Headers.ETag?.Tag);
        return changed;
    }

    private async Task<HttpResponseMessage> PatchAsync(string id, string body, string? ifMatch = null)
    {
        using var admin = store.Admin();
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/admin/products/{id}")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await admin.SendAsync(request, Cancelled);
    }

    private async Task<ProductResponse> PublicAsync(ProductResponse product)
    {
        using var anonymous = store.Anonymous();
        using var response = await anonymous.GetAsync(new Uri($"/api/products/{product.Id}", UriKind.Relative), Cancelled);
        return await response.ReadAsync<ProductResponse>();
    }
}
