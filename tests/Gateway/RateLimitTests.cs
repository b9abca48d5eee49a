using System.Net;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

/// <summary>One address may ask for so much and no more.</summary>
public sealed class RateLimitTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("SignInsPerMinute", "/api/login", "\"sign-ins\";q=2;w=60", 60)]
    [InlineData("RegistrationsPerHour", "/api/users", "\"registrations\";q=2;w=3600", 3600)]
    public async Task Sign_ins_and_registrations_are_counted_each_by_itself(string setting, string path, string policy, int window)
    {
        await using var gateway = await LimitedGatewayAsync(setting);
        for (var i = 0; i < 2; i++)
            Assert.Equal(HttpStatusCode.OK, await PostAsync(gateway, path, $"198.51.100.{i}"));

        // Another X-Forwarded-For does not make another client.
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Headers = { { "X-Forwarded-For", "198.51.100.9" } } };
        using var response = await gateway.Anonymous.SendAsync(request, Cancelled);

        await response.AssertProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, window);
        Assert.Equal(policy, Assert.Single(response.Headers.GetValues("RateLimit-Policy")));
        Assert.Contains(";r=0;t=", Assert.Single(response.Headers.GetValues("RateLimit")), StringComparison.Ordinal);
        Assert.Equal(2, gateway.Service.Received.Count);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(gateway, "/api/refresh"));
    }

    [Fact]
    public async Task All_requests_together_are_counted_before_anybody_looks_at_a_token()
    {
        await using var gateway = await LimitedGatewayAsync("RequestsPerSecond");

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
        {
            using var response = await gateway.Anonymous.GetAsync(new Uri("/api/cart", UriKind.Relative), Cancelled);
            return response.StatusCode;
        }));

        Assert.Contains(HttpStatusCode.Unauthorized, answers);
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
    }

    [Fact]
    public async Task Behind_a_trusted_proxy_every_client_has_its_own_limit()
    {
        await using var gateway = await LimitedGatewayAsync("SignInsPerMinute", trustedProxy: "127.0.0.0/8");

        for (var i = 0; i < 5; i++)
            Assert.Equal(HttpStatusCode.OK, await PostAsync(gateway, "/api/login", $"198.51.100.{i}"));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(gateway, "/api/login", "2001:db8::1"));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(gateway, "/api/login", "2001:db8::2"));

        // Of IPv6 a network counts, for everybody has as many addresses as they like.
        Assert.Equal(HttpStatusCode.TooManyRequests, await PostAsync(gateway, "/api/login", "2001:db8::3"));
    }

    [Fact]
    public async Task What_a_user_sends_from_all_addresses_is_counted_together()
    {
        await using var gateway = await LimitedGatewayAsync("RequestsPerSecondPerUser", trustedProxy: "127.0.0.0/8");

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(async number =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/cart") { Headers = { { "X-Forwarded-For", $"198.51.100.{number}" } } };
            var response = await gateway.Customer.SendAsync(request, Cancelled);
            return response;
        }));

        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        var refused = answers.First(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        await refused.AssertProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        Assert.Equal("\"user-requests\";q=2;w=1", Assert.Single(refused.Headers.GetValues("RateLimit-Policy")));
        using var other = await gateway.Admin.GetAsync(new Uri("/api/cart", UriKind.Relative), Cancelled);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Theory]
    [InlineData("/api/login", 20)]
    [InlineData("/api/users", 10)]
    public async Task Without_any_setting_the_limits_are_those_of_the_documentation(string path, int limit)
    {
        await using var gateway = await GatewayAlone.StartAsync(settings: new() { ["RateLimits:ExemptLoopback"] = "false" });

        for (var i = 0; i < limit; i++)
            Assert.Equal(HttpStatusCode.OK, await PostAsync(gateway, path));

        Assert.Equal(HttpStatusCode.TooManyRequests, await PostAsync(gateway, path));
    }

    private static Task<GatewayAlone> LimitedGatewayAsync(string setting, string? trustedProxy = null) =>
        GatewayAlone.StartAsync(settings: new()
        {
            ["RateLimits:ExemptLoopback"] = "false",
            [$"RateLimits:{setting}"] = "2",
            ["Gateway:TrustedProxies:0"] = trustedProxy,
        });

    private static async Task<HttpStatusCode> PostAsync(GatewayAlone gateway, string path, string? forwardedFor = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (forwardedFor is not null)
            request.Headers.Add("X-Forwarded-For", forwardedFor);
        using var response = await gateway.Anonymous.SendAsync(request, Cancelled);
        return response.StatusCode;
    }
}
