using System.Net;
using System.Net.Http.Headers;
using System.Text;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

/// <summary>Bodies, parameters and headers that are not as documented: the same refusal through the gateway and straight at the service.</summary>
[Collection(GatewayStore.Name)]
public sealed class BadInputTests(StoreFixture store)
{
    private const string Id = "0198f1c2-7a3b-7c4d-8e5f-6a7b8c9d0e1f";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Not JSON, not an object, or not strictly what is asked for; sent where a product is created.</summary>
    public static TheoryData<string> BadBodies =>
    [
        "", "null", "[]", "\"x\"", "{", "{}", "{}{}",
        """{"name":"a","price_cents":1,"stock":1} x""",
        """{"name":"a","price_cents":1,"stock":1,}""",
        """{"name":"a","price_cents":1,"stock":1 /* comment */}""",
        """{"name":"a","price_cents":1,"stock":1,"stock":2}""",
        """{"name":"a","price_cents":1,"stock":1,"role":"admin"}""",
        """{"Name":"a","price_cents":1,"stock":1}""",
        """{"name":"a","price_cents":1}""",
        """{"name":null,"price_cents":1,"stock":1}""",
        """{"name":"a","price_cents":null,"stock":1}""",
        """{"name":"a","price_cents":"1","stock":1}""",
        """{"name":"a","price_cents":1.5,"stock":1}""",
        """{"name":"a","price_cents":1e400,"stock":1}""",
        """{"name":"a","price_cents":NaN,"stock":1}""",
        """{"name":"a","price_cents":01,"stock":1}""",
        """{"name":"a","price_cents":0,"stock":1}""",
        """{"name":"a","price_cents":-1,"stock":1}""",
        """{"name":"a","price_cents":1000000001,"stock":1}""",
        """{"name":"a","price_cents":9223372036854775808,"stock":1}""",
        """{"name":"a","price_cents":1,"stock":1000001}""",
        """{"name":"a","price_cents":1,"stock":-1}""",
        """{"name":"","price_cents":1,"stock":1}""",
        """{"name":"  ","price_cents":1,"stock":1}""",
        """{"name":"\u200b\u200b","price_cents":1,"stock":1}""",
        """{"name":"a\u0000","price_cents":1,"stock":1}""",
        """{"name":"a\u0007","price_cents":1,"stock":1}""",
        """{"name":"a\ud800","price_cents":1,"stock":1}""",
        """{"\ud800price_cents_and_more":1}""",
        $$"""{"name":"{{new string('a', 201)}}","price_cents":1,"stock":1}""",
        $$"""{"name":"a","price_cents":1,"stock":1,"description":{{new string('[', 65)}}{{new string(']', 65)}}}""",
    ];

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task A_body_that_is_not_as_documented_is_400_and_nothing_is_stored(string body)
    {
        var before = await ProductsAsync();

        await AssertEverywhereAsync(
            store.Products, HttpMethod.Post, "/admin/products", HttpStatusCode.BadRequest, "invalid_request",
            () => new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal(before, await ProductsAsync());
    }

    [Fact]
    public async Task A_body_that_is_not_UTF_8_is_400()
    {
        foreach (var encoding in (Encoding[])[Encoding.Latin1, Encoding.Unicode])
        {
            await AssertEverywhereAsync(
                store.Products, HttpMethod.Post, "/admin/products", HttpStatusCode.BadRequest, "invalid_request",
                () => Content(encoding.GetBytes("""{"name":"Käse","price_cents":1,"stock":1}"""), "application/json"));
        }
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/vnd.gocart+json")]
    [InlineData("application/json; charset=bogus")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("nonsense")]
    [InlineData(null)]
    public async Task A_body_that_is_not_JSON_in_UTF_8_is_415(string? type)
    {
        await AssertEverywhereAsync(
            store.Products, HttpMethod.Post, "/admin/products", HttpStatusCode.UnsupportedMediaType, "unsupported_media_type",
            () => Content("{}"u8.ToArray(), type));
    }

    [Fact]
    public async Task A_compressed_body_is_415()
    {
        await AssertEverywhereAsync(
            store.Products, HttpMethod.Post, "/admin/products", HttpStatusCode.UnsupportedMediaType, "unsupported_media_type",
            () =>
            {
                var content = Content("{}"u8.ToArray(), "application/json");
                content.Headers.ContentEncoding.Add("gzip");
                return content;
            });
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1000")]
    [InlineData("2147483648")]
    [InlineData("1.5")]
    [InlineData("\"1\"")]
    [InlineData("null")]
    public async Task A_quantity_is_a_whole_number_from_1_to_999(string quantity)
    {
        await AssertEverywhereAsync(
            store.Carts, HttpMethod.Post, "/api/cart/items", HttpStatusCode.BadRequest, "invalid_request",
            () => new StringContent($$"""{"product_id":"{{Id}}","quantity":{{quantity}}}""", Encoding.UTF8, "application/json"));
    }

    [Theory]
    [InlineData("limit=-1")]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("limit=abc")]
    [InlineData("limit=")]
    [InlineData("limit=1.5")]
    [InlineData("limit=1&limit=2")]
    [InlineData("cursor=")]
    [InlineData("cursor=forged")]
    [InlineData("cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_bad_page_is_400_on_every_list(string query)
    {
        await AssertEverywhereAsync(store.Products, HttpMethod.Get, $"/api/products?{query}", HttpStatusCode.BadRequest, "invalid_request");
        await AssertEverywhereAsync(store.Products, HttpMethod.Get, $"/admin/products?{query}", HttpStatusCode.BadRequest, "invalid_request");
        await AssertEverywhereAsync(store.Products, HttpMethod.Get, $"/admin/products/{Id}/stock?{query}", HttpStatusCode.BadRequest, "invalid_request");
        await AssertEverywhereAsync(store.Orders, HttpMethod.Get, $"/api/orders?{query}", HttpStatusCode.BadRequest, "invalid_request");
        await AssertEverywhereAsync(store.Orders, HttpMethod.Get, $"/admin/orders?{query}", HttpStatusCode.BadRequest, "invalid_request");
    }

    [Theory]
    [InlineData("1")]
    [InlineData("abc")]
    [InlineData("{0198f1c2-7a3b-7c4d-8e5f-6a7b8c9d0e1f}")]
    [InlineData("0198f1c27a3b7c4d8e5f6a7b8c9d0e1f")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData(Id)]
    [InlineData("%20" + Id)]
    public async Task An_id_of_nothing_is_404_whatever_it_looks_like(string id)
    {
        await AssertEverywhereAsync(store.Products, HttpMethod.Get, $"/api/products/{id}", HttpStatusCode.NotFound, "product_not_found");
        await AssertEverywhereAsync(store.Products, HttpMethod.Delete, $"/admin/products/{id}", HttpStatusCode.NotFound, "product_not_found");
        await AssertEverywhereAsync(store.Carts, HttpMethod.Delete, $"/api/cart/items/{id}", HttpStatusCode.NotFound, "cart_item_not_found");
        await AssertEverywhereAsync(store.Orders, HttpMethod.Get, $"/api/orders/{id}", HttpStatusCode.NotFound, "order_not_found");
        await AssertEverywhereAsync(store.Orders, HttpMethod.Delete, $"/api/orders/{id}", HttpStatusCode.NotFound, "order_not_found");
    }

    [Theory]
    [InlineData("Idempotency-Key: ")]
    [InlineData("Idempotency-Key: with blank")]
    [InlineData("Idempotency-Key: ü")]
    [InlineData("Idempotency-Key: \"\"")]
    [InlineData("Idempotency-Key: a\r\nIdempotency-Key: b")]
    public async Task A_bad_idempotency_key_is_400(string header)
    {
        var customer = await store.Clients.CustomerAsync();
        foreach (var process in (RunningService[])[store.Gateway, store.Orders])
        {
            var answer = await RawHttp.SendAsync(process.Address, Encoding.UTF8.GetBytes(
                $"POST /api/orders HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {customer.AccessToken}\r\n"
                + $"Content-Length: 0\r\nConnection: close\r\n{header}\r\n\r\n"));

            Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
            Assert.Contains("\"code\":\"invalid_request\"", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_path_with_another_letter_case_is_not_found_at_a_service_either()
    {
        await AssertEverywhereAsync(store.Products, HttpMethod.Get, "/ADMIN/products", HttpStatusCode.NotFound, "not_found");
        await AssertEverywhereAsync(store.Carts, HttpMethod.Get, "/api/CART", HttpStatusCode.NotFound, "not_found");
    }

    private async Task AssertEverywhereAsync(
        RunningService service, HttpMethod method, string path, HttpStatusCode status, string code,
        Func<HttpContent>? body = null)
    {
        var admin = await store.Clients.AdminAsync();
        foreach (var process in (RunningService[])[store.Gateway, service])
        {
            using var client = process.CreateClient();
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", admin.AccessToken);
            using var request = new HttpRequestMessage(method, path) { Content = body?.Invoke() };
            using var response = await client.SendAsync(request, Cancelled);
            await response.AssertProblemAsync(status, code);
        }
    }

    private static ByteArrayContent Content(byte[] bytes, string? type)
    {
        var content = new ByteArrayContent(bytes);
        if (type is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }

    private Task<long> ProductsAsync() => StoreFixture.ScalarAsync<long>(store.Databases.Products, "select count(*) from products");
}
