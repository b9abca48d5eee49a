using System.Net;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

/// <summary>One address may ask for so much and no more.</summary>
public sealed class RateLimitTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sign_ins_are_counted_by_themselves_and_every_answer_says_what_is_left()
    {
        await using var gateway = await LimitedGatewayAsync("SignInsPerMinute");
        for (var left = 1; left >= 0; left--)
        {
            using var counted = await SendAsync(gateway, "/api/login", $"198.51.100.{left}");
            Assert.Equal(HttpStatusCode.OK, counted.StatusCode);
            Assert.Null(counted.Headers.RetryAfter);
            AssertTold(counted, "\"requests\";q=300;w=1", "\"sign-ins\";q=2;w=60");
            Assert.Contains($"\"sign-ins\";r={left};t=", RateLimitOf(counted), StringComparison.Ordinal);
        }

        // Another X-Forwarded-For does not make another client.
        using var response = await SendAsync(gateway, "/api/login", "198.51.100.9");

        await response.AssertProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        AssertTold(response, "\"requests\";q=300;w=1", "\"sign-ins\";q=2;w=60");
        Assert.Contains("\"sign-ins\";r=0;t=", RateLimitOf(response), StringComparison.Ordinal);
        Assert.Equal(2, gateway.Service.Received.Count);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(gateway, "/api/refresh"));
    }

    [Fact]
    public async Task What_asks_for_the_password_once_more_counts_as_a_sign_in()
    {
        await using var gateway = await LimitedGatewayAsync("SignInsPerMinute");
        using var changed = await gateway.Customer.PostAsync(new Uri("/api/me/password", UriKind.Relative), null, Cancelled);
        using var erased = await gateway.Customer.DeleteAsync(new Uri("/api/me", UriKind.Relative), Cancelled);

        using var refused = await gateway.Customer.PostAsync(new Uri("/api/me/password", UriKind.Relative), null, Cancelled);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (changed.StatusCode, erased.StatusCode));
        await refused.AssertProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.Equal(2, gateway.Service.Received.Count);
    }

    [Fact]
    public async Task What_a_service_counts_stands_beside_what_the_gateway_counts()
    {
        await using var gateway = await LimitedGatewayAsync("SignInsPerMinute");
        gateway.Service.Answer = context =>
        {
            context.Response.Headers["RateLimit-Policy"] = "\"registrations\";q=10;w=3600";
            context.Response.Headers["RateLimit"] = "\"registrations\";r=9;t=3600";
            return RecordingService.AnswerOk(context);
        };

        using var response = await SendAsync(gateway, "/api/users");

        AssertTold(response, "\"registrations\";q=10;w=3600", "\"requests\";q=300;w=1");
        Assert.StartsWith("\"registrations\";r=9;t=3600, \"requests\";r=299;t=", RateLimitOf(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_from_memory_and_refusals_say_what_is_left_too()
    {
        await using var gateway = await LimitedGatewayAsync("SignInsPerMinute");
        gateway.Service.Answer = context =>
        {
            context.Response.Headers.CacheControl = "public, max-age=0";
            return RecordingService.AnswerOk(context);
        };

        for (var i = 0; i < 2; i++)
        {
            using var read = await gateway.Customer.GetAsync(new Uri("/api/products", UriKind.Relative), Cancelled);
            AssertTold(read, "\"requests\";q=300;w=1", "\"user-requests\";q=100;w=1");
        }
        Assert.Single(gateway.Service.Received);
        using var refused = await gateway.Anonymous.GetAsync(new Uri("/api/cart", UriKind.Relative), Cancelled);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        AssertTold(refused, "\"requests\";q=300;w=1");
        using var unknown = await gateway.Anonymous.GetAsync(new Uri("/nowhere", UriKind.Relative), Cancelled);
        AssertTold(unknown, "\"requests\";q=300;w=1");
    }

    [Fact]
    public async Task Where_nothing_is_counted_nothing_is_said()
    {
        await using var gateway = await GatewayAlone.StartAsync();

        using var response = await SendAsync(gateway, "/api/login");

        Assert.False(response.Headers.Contains("RateLimit"));
        Assert.False(response.Headers.Contains("RateLimit-Policy"));
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
        AssertTold(refused, "\"requests\";q=300;w=1", "\"user-requests\";q=2;w=1");
        using var other = await gateway.Admin.GetAsync(new Uri("/api/cart", UriKind.Relative), Cancelled);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task Without_any_setting_the_limit_is_that_of_the_documentation()
    {
        await using var gateway = await GatewayAlone.StartAsync(settings: new() { ["RateLimits:ExemptLoopback"] = "false" });

        for (var i = 0; i < 20; i++)
            Assert.Equal(HttpStatusCode.OK, await PostAsync(gateway, "/api/login"));

        Assert.Equal(HttpStatusCode.TooManyRequests, await PostAsync(gateway, "/api/login"));
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
        using var response = await SendAsync(gateway, path, forwardedFor);
        return response.StatusCode;
    }

    private static async Task<HttpResponseMessage> SendAsync(GatewayAlone gateway, string path, string? forwardedFor = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (forwardedFor is not null)
            request.Headers.Add("X-Forwarded-For", forwardedFor);
        return await gateway.Anonymous.SendAsync(request, Cancelled);
    }

    /// <summary>In whatever order.</summary>
    private static void AssertTold(HttpResponseMessage response, params string[] policies) => Assert.Equal(
        policies.Order(StringComparer.Ordinal),
        response.Headers.GetValues("RateLimit-Policy").SelectMany(line => line.Split(", ")).Order(StringComparer.Ordinal));

    private static string RateLimitOf(HttpResponseMessage response) => string.Join(", ", response.Headers.GetValues("RateLimit"));
}
