using System.Net;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

/// <summary>Pages of other origins call the store where the settings name them, and nowhere else.</summary>
public sealed class CorsTests
{
    private const string Shop = "https://shop.example.com";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("https://other.example.com")]
    public async Task A_page_of_an_origin_that_is_not_named_is_told_nothing(string? allowed)
    {
        await using var gateway = await StartAsync(allowed);

        using var preflight = await gateway.Anonymous.SendAsync(Preflight(), Cancelled);
        using var response = await gateway.Anonymous.SendAsync(From(HttpMethod.Get, "/api/products"), Cancelled);

        foreach (var answer in (HttpResponseMessage[])[preflight, response])
            Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control-Allow", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_page_of_a_named_origin_may_do_what_a_client_does()
    {
        await using var gateway = await StartAsync(Shop);

        using var preflight = await gateway.Anonymous.SendAsync(Preflight(), Cancelled);
        using var refused = await gateway.Anonymous.SendAsync(From(HttpMethod.Get, "/api/cart"), Cancelled);

        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Equal(Shop, Assert.Single(preflight.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Contains("DELETE", Assert.Single(preflight.Headers.GetValues("Access-Control-Allow-Methods")), StringComparison.Ordinal);
        Assert.Contains("Idempotency-Key", Assert.Single(preflight.Headers.GetValues("Access-Control-Allow-Headers")), StringComparison.OrdinalIgnoreCase);

        // It can read why, too.
        await refused.AssertProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
        Assert.Equal(Shop, Assert.Single(refused.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Contains("Retry-After", Assert.Single(refused.Headers.GetValues("Access-Control-Expose-Headers")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_is_asked_about_origins_that_are_not_named_and_no_others()
    {
        await using var gateway = await StartAsync(Shop);

        using var named = await gateway.Anonymous.SendAsync(From(HttpMethod.Post, "/api/refresh"), Cancelled);
        using var evil = await gateway.Anonymous.SendAsync(From(HttpMethod.Post, "/api/refresh", "https://evil.example"), Cancelled);

        var received = gateway.Service.Received.ToArray();
        Assert.Equal([null, "https://evil.example"], received.Select(request => request.Headers.GetValueOrDefault("Origin")));
    }

    private static Task<GatewayAlone> StartAsync(string? allowed) =>
        GatewayAlone.StartAsync(settings: new() { ["Gateway:AllowedOrigins:0"] = allowed });

    private static HttpRequestMessage From(HttpMethod method, string path, string origin = Shop) =>
        new(method, path) { Headers = { { "Origin", origin } } };

    private static HttpRequestMessage Preflight()
    {
        var request = From(HttpMethod.Options, "/api/orders");
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "authorization,idempotency-key");
        return request;
    }
}
