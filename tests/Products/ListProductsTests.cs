using System.Net;
using GoCart.Contracts.Products;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Products;

public sealed class ListProductsTests(ProductsFixture store) : IClassFixture<ProductsFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Products_on_sale_are_listed_newest_first_and_paged_without_gap_or_repeat_while_others_come()
    {
        var older = new List<ProductResponse>();
        for (var n = 0; n < 7; n++)
            older.Add(await store.CreateProductAsync());

        var listed = new List<ProductResponse>();
        for (var next = new Uri("/api/products?limit=3", UriKind.Relative); next is not null;)
        {
            using var response = await GetAsync(next.ToString());
            var page = await response.ReadAsync<List<ProductResponse>>();
            Assert.InRange(page.Count, 1, 3);
            listed.AddRange(page);
            next = response.NextPage();
            await store.CreateProductAsync();
        }

        Assert.Equal(listed.OrderByDescending(product => product.Id), listed);
        Assert.Equal(listed.DistinctBy(product => product.Id).Count(), listed.Count);
        Assert.Equal(older.OrderByDescending(product => product.Id), listed.Where(older.Contains));
    }

    [Fact]
    public async Task The_last_page_names_no_next_one()
    {
        var ids = new List<Guid>();
        for (var n = 0; n < 2; n++)
            ids.Add((await store.CreateProductAsync(name: "Two of a kind")).Id);

        using var full = await GetAsync("/api/products?q=kind&limit=2");

        Assert.Equal(ids.OrderDescending(), (await full.ReadAsync<List<ProductResponse>>()).Select(product => product.Id));
        Assert.Null(full.NextPage());
    }

    [Theory]
    [InlineData("limit=-1")]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("limit=abc")]
    [InlineData("limit=")]
    [InlineData("limit=1.5")]
    [InlineData("cursor=")]
    [InlineData("cursor=AAAA")]
    [InlineData("q=")]
    [InlineData("q=%20%09")]
    [InlineData("q=a%00")]
    [InlineData("ids=")]
    [InlineData("ids=x")]
    [InlineData("ids=0198e0c0-0000-7000-8000-000000000000,")]
    [InlineData("ids=0198e0c0000070008000000000000000")]
    [InlineData("ids=0198e0c0-0000-7000-8000-000000000000&q=mug")]
    [InlineData("ids=0198e0c0-0000-7000-8000-000000000000&limit=1")]
    public async Task A_list_that_cannot_be_meant_is_refused(string query)
    {
        using var response = await GetAsync($"/api/products?{query}");

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task A_cursor_holds_only_for_the_list_that_gave_it_and_only_as_it_was()
    {
        await store.CreateProductAsync();
        await store.CreateProductAsync();
        using var first = await GetAsync("/api/products?limit=1");
        var cursor = first.NextPage()!.ToString().Split("cursor=")[1];
        var changed = (cursor[0] == 'A' ? 'B' : 'A') + cursor[1..];

        using var genuine = await GetAsync($"/api/products?limit=2&cursor={cursor}");
        using var forged = await GetAsync($"/api/products?cursor={changed}");
        using var elsewhere = await GetAsync($"/api/products?q=mug&cursor={cursor}");

        Assert.Equal(HttpStatusCode.OK, genuine.StatusCode);
        await forged.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
        await elsewhere.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task Ids_give_those_of_the_products_that_are_on_sale()
    {
        var (one, two, inactive) = (
            await store.CreateProductAsync(), await store.CreateProductAsync(), await store.CreateProductAsync(isActive: false));

        using var response = await GetAsync($"/api/products?ids={one.Id},{two.Id},{inactive.Id},{Guid.CreateVersion7()},{one.Id}");

        Assert.Equal(new[] { one, two }.OrderByDescending(product => product.Id), await response.ReadAsync<List<ProductResponse>>());
        Assert.Null(response.NextPage());
    }

    [Fact]
    public async Task A_hundred_ids_are_looked_up_and_one_more_is_refused()
    {
        var ids = Enumerable.Range(0, 101).Select(_ => Guid.CreateVersion7()).ToList();

        using var hundred = await GetAsync($"/api/products?ids={string.Join(',', ids.Take(100))}");
        using var more = await GetAsync($"/api/products?ids={string.Join(',', ids)}");

        Assert.Empty(await hundred.ReadAsync<List<ProductResponse>>());
        await more.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task Other_services_are_told_what_is_on_sale_without_the_descriptions()
    {
        var (one, two, inactive) = (
            await store.CreateProductAsync(description: new string('x', 10_000)), await store.CreateProductAsync(stock: 0),
            await store.CreateProductAsync(isActive: false));
        using var customer = store.Customer();

        using var response = await customer.GetAsync(
            $"/internal/products?ids={one.Id},{two.Id},{inactive.Id},{Guid.CreateVersion7()}", Cancelled);
        using var malformed = await customer.GetAsync("/internal/products?ids=1", Cancelled);
        using var anonymous = await GetAsync($"/internal/products?ids={one.Id}");

        Assert.Equivalent(
            new[]
            {
                new ProductOnSale(one.Id, one.Name, one.PriceCents, "USD", one.Stock),
                new ProductOnSale(two.Id, two.Name, two.PriceCents, "USD", 0),
            },
            await response.ReadAsync<List<ProductOnSale>>(), strict: true);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        await malformed.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
        await anonymous.AssertProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task All_prices_looked_up_together_are_of_one_moment()
    {
        var (first, second) = (await store.CreateProductAsync(priceCents: 1), await store.CreateProductAsync(priceCents: 1));
        using var admin = store.Admin();
        var changes = Task.Run(async () =>
        {
            for (var price = 2; price < 40; price++)
            {
                foreach (var product in (ProductResponse[])[first, second])
                {
                    using var changed = await admin.PatchAsJsonAsync(
                        $"/admin/products/{product.Id}", new { price_cents = price }, Cancelled);
                    Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
                }
            }
        }, Cancelled);

        while (!changes.IsCompleted)
        {
            using var response = await GetAsync($"/api/products?ids={second.Id},{first.Id}");
            var prices = (await response.ReadAsync<List<ProductResponse>>()).ToDictionary(product => product.Id, product => product.PriceCents);
            // The first is always changed first: it is never the one behind, and ahead by one at most.
            Assert.InRange(prices[first.Id] - prices[second.Id], 0, 1);
        }
        await changes;
    }

    [Fact]
    public async Task An_admin_lists_what_is_on_sale_and_on_request_the_rest()
    {
        var name = $"N{Guid.NewGuid():N}";
        var onSale = await store.CreateProductAsync(name: name);
        var inactive = await store.CreateProductAsync(name: name, isActive: false);
        var deleted = await store.CreateProductAsync(name: name);
        var both = await store.CreateProductAsync(name: name, isActive: false);
        using var admin = store.Admin();
        foreach (var product in (ProductResponse[])[deleted, both])
            using (await admin.DeleteAsync(new Uri($"/admin/products/{product.Id}", UriKind.Relative), Cancelled)) { }

        foreach (var list in (string[])["limit=200", $"q={name}", $"ids={onSale.Id},{inactive.Id},{deleted.Id},{both.Id}"])
        {
            Assert.Equal([onSale.Id], await IdsAsync(list));
            Assert.Equal(Sorted(onSale, inactive), await IdsAsync(list + "&include=inactive"));
            Assert.Equal(Sorted(onSale, deleted, both), await IdsAsync(list + "&include=deleted"));
            Assert.Equal(Sorted(onSale, inactive, deleted, both), await IdsAsync(list + "&include=deleted,inactive"));
        }

        async Task<IEnumerable<Guid>> IdsAsync(string query)
        {
            using var response = await admin.GetAsync(new Uri($"/admin/products?{query}", UriKind.Relative), Cancelled);
            Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
            var products = await response.ReadAsync<List<ProductResponse>>();
            return products.Where(product => product.Name == name).Select(product => product.Id).OrderDescending();
        }

        static IEnumerable<Guid> Sorted(params ProductResponse[] products) =>
            products.Select(product => product.Id).OrderDescending();
    }

    [Theory]
    [InlineData("")]
    [InlineData("all")]
    [InlineData("inactive,")]
    [InlineData("Deleted")]
    public async Task An_unknown_word_in_include_is_refused(string include)
    {
        using var admin = store.Admin();

        using var response = await admin.GetAsync(new Uri($"/admin/products?include={include}", UriKind.Relative), Cancelled);

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task The_public_list_includes_nothing_on_request()
    {
        var inactive = await store.CreateProductAsync(isActive: false);

        using var response = await GetAsync($"/api/products?ids={inactive.Id}&include=inactive");

        Assert.Empty(await response.ReadAsync<List<ProductResponse>>());
    }

    private async Task<HttpResponseMessage> GetAsync(string path)
    {
        using var anonymous = store.Anonymous();
        return await anonymous.GetAsync(new Uri(path, UriKind.Relative), Cancelled);
    }
}
