using System.Net;
using GoCart.Contracts.Products;
using GoCart.Products.Catalog;
using GoCart.Tests.Infrastructure;
using Npgsql;

namespace GoCart.Tests.Products;

public sealed class SearchProductsTests(SearchProductsTests.ShopWindow store) : IClassFixture<SearchProductsTests.ShopWindow>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("keyboard", "Mechanical Keyboard")]
    [InlineData("KEYBOARDS", "Mechanical Keyboard")]
    [InlineData("keybord", "Mechanical Keyboard")]
    [InlineData("bakcpack", "Everyday Backpack 20 L")]
    [InlineData("wireles hedphones", "Wireless Headphones")]
    [InlineData("skil", "Cast Iron Skillet 26 cm")]
    [InlineData("vegetable-tanned", "Leather Notebook A5")]
    [InlineData("vegetabel", "Leather Notebook A5")]
    [InlineData("padded laptop", "Everyday Backpack 20 L")]
    [InlineData("\"double-walled\"", "Stainless Steel Water Bottle")]
    [InlineData("leakproof or dishwasher", "Stoneware Coffee Mug")]
    public async Task A_search_finds_words_of_name_and_description_their_forms_and_what_was_meant(string q, string name)
    {
        Assert.Contains(name, await NamesAsync(q));
    }

    [Fact]
    public async Task A_product_named_like_the_search_comes_before_one_that_only_mentions_it()
    {
        Assert.Equal("Bluetooth Speaker", (await NamesAsync("bluetooth"))[0]);
        Assert.Contains("Mechanical Keyboard", await NamesAsync("bluetooth"));
        Assert.Equal(["LED Desk Lamp", "Oak Desk Organizer"], (await NamesAsync("desk")).Order());
        Assert.Equal("LED Desk Lamp", (await NamesAsync("desk lamp"))[0]);
    }

    [Fact]
    public async Task A_word_that_is_known_is_not_taken_for_a_similar_one()
    {
        Assert.Equal(["LED Desk Lamp"], await NamesAsync("lamp"));
        Assert.Equal(["Cotton Tote Bag"], await NamesAsync("tote"));
    }

    [Fact]
    public async Task Words_to_leave_out_and_words_in_a_row_are_understood()
    {
        var battery = await NamesAsync("battery");

        Assert.Equal(["Bluetooth Speaker", "Wireless Headphones"], battery.Order());
        Assert.Equal(["Wireless Headphones"], await NamesAsync("battery -waterproof"));
        Assert.Equal(["Wireless Headphones"], await NamesAsync("\"noise cancelling\""));
        Assert.Empty(await NamesAsync("\"cancelling noise\""));
    }

    [Theory]
    [InlineData("'")]
    [InlineData("''")]
    [InlineData("\"")]
    [InlineData("\\")]
    [InlineData("a\\'b")]
    [InlineData("!!! & | ! <-> ()")]
    [InlineData(":*")]
    [InlineData("mug:*")]
    [InlineData("(((")]
    [InlineData("- -")]
    [InlineData("%_")]
    [InlineData("the")]
    [InlineData("; drop table products; --")]
    [InlineData("e-mail@example.com http://example.com/a'b?c=\\d")]
    [InlineData("日本語 🫖 ﷽")]
    [InlineData("xyzzyplugh")]
    public async Task No_text_is_an_error(string q)
    {
        using var response = await GetAsync($"/api/products?q={Uri.EscapeDataString(q)}");

        await response.ReadAsync<List<ProductResponse>>();
    }

    [Fact]
    public async Task Two_hundred_characters_are_searched_for_and_one_more_is_refused()
    {
        using var longest = await GetAsync($"/api/products?q={Uri.EscapeDataString(string.Concat(Enumerable.Repeat("🫖b", 100)))}");
        using var words = await GetAsync($"/api/products?q={string.Join('+', Enumerable.Range(0, 50).Select(n => $"x{n}"))}");
        using var tooLong = await GetAsync($"/api/products?q={new string('a', 201)}");

        Assert.Equal(HttpStatusCode.OK, longest.StatusCode);
        Assert.Equal(HttpStatusCode.OK, words.StatusCode);
        await tooLong.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Theory]
    [InlineData("flapdoodle")]
    [InlineData("flapdoodel")]
    public async Task The_pages_of_a_search_hold_every_hit_once_while_others_come(string q)
    {
        var expected = new List<Guid>();
        for (var n = 0; n < 7; n++)
        {
            var (name, description) = n % 2 == 0 ? ($"Flapdoodle {q}{n}", null) : ($"Thing {q}{n}", "with a flapdoodle");
            expected.Add((await store.CreateProductAsync(name: name, description: description)).Id);
        }

        var listed = new List<ProductResponse>();
        for (var next = new Uri($"/api/products?q={q}&limit=2", UriKind.Relative); next is not null;)
        {
            using var response = await GetAsync(next.ToString());
            listed.AddRange(await response.ReadAsync<List<ProductResponse>>());
            next = response.NextPage();
            // It makes the mistyped word one that is known.
            await store.CreateProductAsync(name: $"Flapdoodle {q}");
        }

        Assert.Equal(listed.DistinctBy(product => product.Id).Count(), listed.Count);
        Assert.Subset(listed.Select(product => product.Id).ToHashSet(), expected.ToHashSet());
    }

    [Fact]
    public async Task A_search_finds_a_changed_text_at_once_and_the_old_one_no_more()
    {
        var product = await store.CreateProductAsync(name: "Gizmotron");
        using var admin = store.Admin();

        using (await admin.PatchAsJsonAsync($"/admin/products/{product.Id}", new { name = "Widgetizer" }, Cancelled)) { }

        Assert.Equal(["Widgetizer"], await NamesAsync("widgetizer"));
        Assert.Equal(["Widgetizer"], await NamesAsync("wigdetizer"));
        Assert.Empty(await NamesAsync("gizmotron"));
    }

    [Theory]
    [InlineData("red mug", false)]
    [InlineData("red -mug", true)]
    [InlineData("well-known", false)]
    [InlineData("\"red mug\"", true)]
    [InlineData("mug OR cup", true)]
    [InlineData("oregon", false)]
    public void Operators_are_recognised(string q, bool hasOperators) =>
        Assert.Equal(hasOperators, SearchProducts.HasOperators(q));

    [Fact]
    public async Task Searches_that_hang_are_few_and_hold_up_no_other_read()
    {
        var asked = SearchLimit.Running + SearchLimit.Waiting + 10;
        HttpResponseMessage[] answers;
        await using (var connection = await store.Superuser.OpenConnectionAsync(Cancelled))
        {
            await using var tx = await connection.BeginTransactionAsync(Cancelled);
            await using var holdUp = new NpgsqlCommand("lock table product_words", connection, tx);
            await holdUp.ExecuteNonQueryAsync(Cancelled);
            var searches = Enumerable.Range(0, asked).Select(_ => GetAsync("/api/products?q=mug")).ToList();
            await Eventually.AssertAsync(() =>
            {
                Assert.True(searches.Count(search => search.IsCompleted) >= 10);
                return Task.CompletedTask;
            });

            using var read = await GetAsync($"/api/products?ids={Guid.NewGuid()}");
            Assert.Equal(HttpStatusCode.OK, read.StatusCode);
            // Every one ends, although what holds the first ones up does not.
            answers = await Task.WhenAll(searches);
        }

        Assert.Equal(asked, answers.Length);
        foreach (var answer in answers)
        {
            await answer.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
            Assert.NotNull(answer.Headers.RetryAfter);
            answer.Dispose();
        }
        Assert.Contains("Stoneware Coffee Mug", await NamesAsync("mug"));
    }

    private async Task<List<string>> NamesAsync(string q)
    {
        using var response = await GetAsync($"/api/products?q={Uri.EscapeDataString(q)}");
        return [.. (await response.ReadAsync<List<ProductResponse>>()).Select(product => product.Name)];
    }

    private async Task<HttpResponseMessage> GetAsync(string path)
    {
        using var anonymous = store.Anonymous();
        return await anonymous.GetAsync(new Uri(path, UriKind.Relative), Cancelled);
    }

    /// <summary>The products service with the sample products on sale.</summary>
    public sealed class ShopWindow(LocalServers servers) : ProductsFixture(servers)
    {
        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await SampleProducts.SeedAsync(Superuser, Cancelled);
        }
    }
}
