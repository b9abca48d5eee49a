using System.Net;
using System.Text;
using System.Text.Json;
using GoCart.Contracts.Products;
using GoCart.Tests.Infrastructure;
using Npgsql;

namespace GoCart.Tests.Products;

public sealed class CreateProductTests(ProductsFixture store) : IClassFixture<ProductsFixture>
{
    private const string Valid = """{"name": "Mug", "price_cents": 1999, "stock": 7}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_product_is_answered_and_found_with_everything_that_was_sent()
    {
        using var admin = store.Admin();
        using var anonymous = store.Anonymous();
        var request = new { name = "Mug <b>✨%n'; DROP TABLE products", description = "Two\r\nlines\tand a tab", price_cents = 1999, stock = 7 };

        using var response = await admin.PostAsJsonAsync("/admin/products", request, Cancelled);

        var product = await response.ReadAsync<ProductResponse>(HttpStatusCode.Created);
        Assert.Equal($"/api/products/{product.Id}", response.Headers.Location?.ToString());
        Assert.Equal("\"1\"", response.Headers.ETag?.Tag);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.Equal(
            (request.name, request.description, 1999L, "USD", 7, true, 1L),
            (product.Name, product.Description, product.PriceCents, product.Currency, product.Stock, product.IsActive, product.Version));
        Assert.Equal(7, product.Id.Version);
        Assert.Equal(product.CreatedAt, product.UpdatedAt);
        using var found = await anonymous.GetAsync(response.Headers.Location, Cancelled);
        Assert.Equal(product, await found.ReadAsync<ProductResponse>());
    }

    [Fact]
    public async Task A_new_product_that_is_not_on_sale_is_found_where_its_answer_says()
    {
        using var admin = store.Admin();

        using var response = await admin.PostAsJsonAsync(
            "/admin/products", new { name = "Hidden", price_cents = 1999, stock = 7, is_active = false }, Cancelled);

        var product = await response.ReadAsync<ProductResponse>(HttpStatusCode.Created);
        using var found = await admin.GetAsync(response.Headers.Location, Cancelled);
        Assert.Equal(product, await found.ReadAsync<ProductResponse>());
    }

    [Fact]
    public async Task The_initial_stock_is_in_the_ledger_with_its_admin_also_when_it_is_none()
    {
        var product = await store.CreateProductAsync(stock: 0);

        Assert.Equal(["initial 0"], await store.LedgerOfAsync(product));
        Assert.Equal(store.AdminId, await store.ScalarAsync<Guid>("select actor from stock_ledger where product_id = $1", product.Id));
    }

    [Fact]
    public async Task An_inactive_product_has_no_public_page()
    {
        var product = await store.CreateProductAsync(isActive: false);

        using var anonymous = store.Anonymous();
        using var response = await anonymous.GetAsync(new Uri($"/api/products/{product.Id}", UriKind.Relative), Cancelled);
        await response.AssertProblemAsync(HttpStatusCode.NotFound, "product_not_found");
    }

    [Fact]
    public async Task The_longest_texts_and_the_greatest_numbers_are_stored_exactly()
    {
        var name = string.Concat(Enumerable.Repeat("🫖", 200));
        var description = string.Concat(Enumerable.Repeat("ü", 9_998)) + "\r\n";

        var product = await store.CreateProductAsync(1_000_000, 1_000_000_000, name, description);

        Assert.Equal(name, await store.ScalarAsync<string>("select name from products where id = $1", product.Id));
        Assert.Equal(description, await store.ScalarAsync<string>("select description from products where id = $1", product.Id));
        Assert.Equal((1_000_000, 1_000_000_000L), (product.Stock, product.PriceCents));
    }

    [Theory]
    [InlineData("name", "\"\"")]
    [InlineData("name", "\"  \"")]
    [InlineData("name", "\"\\u200b\\u2060\"")]
    [InlineData("name", "\"\\u3164\"")]
    [InlineData("name", "\"a\\u0007\"")]
    [InlineData("name", "\"a\\u0085\"")]
    [InlineData("name", "\"a\\nb\"")]
    [InlineData("name", "\"a\\u0000\"")]
    [InlineData("name", "\"a\\u202eb\"")]
    [InlineData("name", "\"a\\ud800\"")]
    [InlineData("name", "null")]
    [InlineData("name", "7")]
    [InlineData("description", "\"a\\u0000\"")]
    [InlineData("description", "\"a\\u001b[31m\"")]
    [InlineData("description", "[]")]
    [InlineData("price_cents", "0")]
    [InlineData("price_cents", "-1")]
    [InlineData("price_cents", "-0")]
    [InlineData("price_cents", "1000000001")]
    [InlineData("price_cents", "9223372036854775807")]
    [InlineData("price_cents", "9223372036854775808")]
    [InlineData("price_cents", "1e400")]
    [InlineData("price_cents", "1.5")]
    [InlineData("price_cents", "\"1\"")]
    [InlineData("price_cents", "null")]
    [InlineData("stock", "-1")]
    [InlineData("stock", "1000001")]
    [InlineData("stock", "2147483648")]
    [InlineData("stock", "1.5")]
    [InlineData("stock", "true")]
    [InlineData("is_active", "null")]
    [InlineData("is_active", "\"true\"")]
    [InlineData("is_active", "1")]
    [InlineData("version", "5")]
    [InlineData("Name", "\"Mug\"")]
    public async Task A_field_that_is_not_as_documented_is_named_and_nothing_is_stored(string field, string json)
    {
        var fields = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(Valid)!
            .Where(member => member.Key != field)
            .Select(member => $"\"{member.Key}\": {member.Value.GetRawText()}")
            .Append($"\"{field}\": {json}");

        var problem = await AssertRefusedAsync($"{{{string.Join(", ", fields)}}}");

        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
    }

    [Theory]
    [InlineData("name")]
    [InlineData("price_cents")]
    [InlineData("stock")]
    public async Task A_missing_field_is_named_and_nothing_is_stored(string field)
    {
        var fields = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(Valid)!;
        fields.Remove(field);

        var problem = await AssertRefusedAsync(JsonSerializer.Serialize(fields));

        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"name": "Mug", "price_cents": 1999, "stock": 7}}""")]
    [InlineData("""{"name": "Mug", "price_cents": 1999, "stock": 7, "stock": 7}""")]
    [InlineData("""{"name": "Mug", "price_cents": 1999, "stock": 7,}""")]
    public Task A_body_that_is_no_object_of_these_fields_is_refused(string body) => AssertRefusedAsync(body);

    [Fact]
    public async Task Texts_one_character_too_long_are_refused()
    {
        await AssertRefusedAsync(JsonSerializer.Serialize(new { name = new string('a', 201), price_cents = 1, stock = 1 }));
        await AssertRefusedAsync(JsonSerializer.Serialize(
            new { name = "Mug", description = new string('a', 10_001), price_cents = 1, stock = 1 }));
    }

    [Fact]
    public async Task The_same_idempotency_key_creates_one_product_and_gives_one_answer()
    {
        using var admin = store.Admin();
        var key = $"\"{Guid.NewGuid()}\"";
        using var first = await PostAsync(admin, Valid, key);

        using var again = await PostAsync(admin, """{"stock":7,"price_cents":1999,"name":"Mug"}""", key.Trim('"'));

        var product = await first.ReadAsync<ProductResponse>(HttpStatusCode.Created);
        Assert.Equal(product, await again.ReadAsync<ProductResponse>(HttpStatusCode.Created));
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.Equal(first.Headers.ETag, again.Headers.ETag);
        Assert.False(first.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(["true"], again.Headers.GetValues("Idempotency-Replayed"));
    }

    [Fact]
    public async Task The_same_idempotency_key_fifty_times_at_once_creates_one_product()
    {
        using var admin = store.Admin();
        var (key, name) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        var body = JsonSerializer.Serialize(new { name, price_cents = 1, stock = 1 });

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            using var response = await PostAsync(admin, body, key);
            return await response.ReadAsync<ProductResponse>(HttpStatusCode.Created);
        }));

        Assert.Single(answers.Distinct());
        Assert.Equal(1, await store.ScalarAsync<long>("select count(*) from products where name = $1", name));
    }

    [Fact]
    public async Task An_idempotency_key_that_was_used_for_another_product_is_refused()
    {
        using var admin = store.Admin();
        var key = Guid.NewGuid().ToString();
        using var first = await PostAsync(admin, Valid, key);

        using var other = await PostAsync(admin, """{"name": "Cup", "price_cents": 1999, "stock": 7}""", key);

        await other.AssertProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
    }

    [Fact]
    public async Task An_idempotency_key_whose_first_request_is_still_running_is_refused_for_now()
    {
        using var admin = store.Admin();
        var key = Guid.NewGuid().ToString();
        await using var connection = await store.Superuser.OpenConnectionAsync(Cancelled);
        await using var tx = await connection.BeginTransactionAsync(Cancelled);
        await using var first = new NpgsqlCommand(
            "insert into idempotency_keys (user_id, key, fingerprint, status, body) values ($1, $2, '', 201, '')", connection, tx)
        {
            Parameters = { new() { Value = store.AdminId }, new() { Value = key } },
        };
        await first.ExecuteNonQueryAsync(Cancelled);

        using var response = await PostAsync(admin, Valid, key);

        await response.AssertProblemAsync(HttpStatusCode.Conflict, "idempotency_key_in_use");
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_refused_request_does_not_use_up_its_idempotency_key()
    {
        using var admin = store.Admin();
        var key = Guid.NewGuid().ToString();
        using var refused = await PostAsync(admin, """{"name": "", "price_cents": 1999, "stock": 7}""", key);
        await refused.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");

        using var response = await PostAsync(admin, Valid, key);

        await response.ReadAsync<ProductResponse>(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("application/json; charset=utf-8", "")]
    [InlineData("application/json;charset=\"UTF-8\"", "")]
    [InlineData("application/json", "\uFEFF")]
    public async Task UTF_8_is_taken_however_it_is_said(string type, string byteOrderMark)
    {
        using var admin = store.Admin();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(byteOrderMark + Valid));
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        using var response = await admin.PostAsync(new Uri("/admin/products", UriKind.Relative), content, Cancelled);

        await response.ReadAsync<ProductResponse>(HttpStatusCode.Created);
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient http, string body, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/products")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        return await http.SendAsync(request, Cancelled);
    }

    private async Task<JsonElement> AssertRefusedAsync(string body)
    {
        using var admin = store.Admin();
        var key = Guid.NewGuid().ToString();

        using var response = await PostAsync(admin, body, key);

        var problem = await response.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
        Assert.Equal(0, await store.ScalarAsync<long>("select count(*) from idempotency_keys where key = $1", key));
        return problem;
    }
}
