using System.Net;
using System.Text;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

/// <summary>Only the routes of appsettings.json lead anywhere, each with its methods, and only when they are written as they stand there.</summary>
public sealed class RoutingTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private const string Id = "0198f1c2-7a3b-7c4d-8e5f-6a7b8c9d0e1f";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private GatewayAlone Gateway => fixture.Gateway;

    [Theory]
    [InlineData("/")]
    [InlineData("/internal")]
    [InlineData("/internal/cart")]
    [InlineData("/internal/products?ids=" + Id)]
    [InlineData("/internal/revoked-sessions")]
    [InlineData("/.well-known/jwks.json")]
    [InlineData("/metrics")]
    [InlineData("/api")]
    [InlineData("/api/products/" + Id + "/stock")]
    [InlineData("/ADMIN/products")]
    [InlineData("/Admin/Products")]
    [InlineData("/API/products")]
    [InlineData("/api/Products/" + Id)]
    public async Task What_is_not_listed_is_not_found_not_even_for_an_admin(string path)
    {
        var before = Gateway.Service.Received.Count;

        using var response = await Gateway.Admin.GetAsync(new Uri(path, UriKind.Relative), Cancelled);

        await response.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.Equal(before, Gateway.Service.Received.Count);
    }

    [Theory]
    [InlineData("PUT", "/api/products", "GET, HEAD")]
    [InlineData("TRACE", "/api/products", "GET, HEAD")]
    [InlineData("FOO", "/api/cart", "DELETE, GET, HEAD")]
    [InlineData("OPTIONS", "/api/orders", "GET, HEAD, POST")]
    [InlineData("GET", "/api/login", "POST")]
    [InlineData("POST", "/health", "GET, HEAD")]
    [InlineData("DELETE", "/openapi/v1.json", "GET, HEAD")]
    [InlineData("CONNECT", "/api/products", "GET, HEAD, POST, PATCH, DELETE")]
    public async Task A_method_that_a_route_does_not_have_is_405_with_those_it_has(string method, string path, string allow)
    {
        var answer = await SendRawAsync($"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 405 ", answer, StringComparison.Ordinal);
        Assert.Contains($"\r\nAllow: {allow}\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"method_not_allowed\"", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/cart/items/..%2f..%2f..%2finternal%2fcart")]
    [InlineData("/api/cart/items/%2e%2e/%2e%2e/internal/cart")]
    [InlineData("/api/cart/items/%252e%252e")]
    [InlineData("/api/products/../../internal/cart")]
    [InlineData("/api/products/./x")]
    [InlineData("/api/products/..;/internal")]
    [InlineData("/api//products")]
    [InlineData("//api/products")]
    [InlineData("/api/products//")]
    [InlineData("/api\\products")]
    [InlineData("/api/products/%5c")]
    [InlineData("/api/products/%00")]
    [InlineData("/api/products/%0d%0aX:1")]
    [InlineData("/api/products/%3b")]
    [InlineData("/api/products/%u002f")]
    [InlineData("/api/products/%2")]
    [InlineData("/api/products/")]
    [InlineData("/api/products/x/")]
    [InlineData("/api/p%72oducts")]
    [InlineData("/%61pi/products")]
    [InlineData("http://localhost/api/products/")]
    [InlineData("http://localhost/api/x/../products")]
    public async Task A_path_that_could_mean_two_things_reaches_no_service(string target)
    {
        var before = Gateway.Service.Received.Count;

        var answer = await SendRawAsync($"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        Assert.Matches("^HTTP/1.1 (400|404) ", answer);
        Assert.Equal(before, Gateway.Service.Received.Count);
    }

    [Fact]
    public async Task An_id_in_escapes_goes_to_the_service_as_it_is_so_that_the_service_can_say_what_was_not_found()
    {
        await SendRawAsync("GET /api/products/%7Bx%7D HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        Assert.Equal("/api/products/%7Bx%7D", Gateway.Service.Received.Last().Target);
    }

    [Theory]
    [InlineData("GET", "/api/cart", false)]
    [InlineData("DELETE", "/api/cart", false)]
    [InlineData("POST", "/api/cart/items", false)]
    [InlineData("POST", "/api/orders", false)]
    [InlineData("DELETE", "/api/orders/" + Id, false)]
    [InlineData("GET", "/admin/products", true)]
    [InlineData("POST", "/admin/products", true)]
    [InlineData("PATCH", "/admin/products/" + Id, true)]
    [InlineData("DELETE", "/admin/products/" + Id, true)]
    [InlineData("GET", "/admin/products/" + Id + "/stock", true)]
    [InlineData("GET", "/admin/orders", true)]
    [InlineData("PATCH", "/admin/orders/" + Id, true)]
    public async Task Who_may_not_use_a_route_does_not_get_past_the_gateway(string method, string path, bool isForAdmins)
    {
        var before = Gateway.Service.Received.Count;

        using var anonymous = await Gateway.Anonymous.SendAsync(new(new(method), path), Cancelled);
        await anonymous.AssertProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
        Assert.NotEmpty(anonymous.Headers.WwwAuthenticate);
        Assert.Equal(before, Gateway.Service.Received.Count);

        using var customer = await Gateway.Customer.SendAsync(new(new(method), path), Cancelled);
        if (isForAdmins)
            await customer.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        Assert.Equal(isForAdmins ? before : before + 1, Gateway.Service.Received.Count);

        using var admin = await Gateway.Admin.SendAsync(new(new(method), path), Cancelled);
        Assert.Equal(HttpStatusCode.OK, admin.StatusCode);
        Assert.Equal(method, Gateway.Service.Received.Last().Method);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    public async Task A_foreign_host_is_refused(string host)
    {
        var answer = await SendRawAsync($"GET /api/products HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"invalid_request\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_is_set_is_answered_beside_this_machines_own_names_and_no_other()
    {
        await using var gateway = await GatewayAlone.StartAsync(settings: new() { ["AllowedHosts"] = "shop.example.com" });

        var statuses = new List<HttpStatusCode>();
        foreach (var host in (string[])["shop.example.com", "localhost", "evil.example"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/products") { Headers = { Host = host } };
            using var response = await gateway.Anonymous.SendAsync(request, Cancelled);
            statuses.Add(response.StatusCode);
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.BadRequest], statuses);
    }

    [Fact]
    public async Task An_upgrade_does_not_turn_a_request_into_another()
    {
        var answer = await SendRawAsync(
            "POST /api/login HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nContent-Length: 0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        var received = Gateway.Service.Received.Last();
        Assert.Equal("POST", received.Method);
        Assert.DoesNotContain("Upgrade", received.Headers.Keys);
    }

    private Task<string> SendRawAsync(string request) => RawHttp.SendAsync(Gateway.Address, Encoding.Latin1.GetBytes(request));
}
