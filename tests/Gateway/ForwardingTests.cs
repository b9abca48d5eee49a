using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

/// <summary>What a service gets to see of a request, and a client of the answer.</summary>
public sealed class ForwardingTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private static readonly Uri Products = new("/api/products?limit=3&q=a%26b", UriKind.Relative);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private GatewayAlone Gateway => fixture.Gateway;

    [Fact]
    public async Task Invented_headers_stay_outside()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Products);
        string[] invented =
        [
            "X-User-ID", "X_User_ID", "X-Role", "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override", "Forwarded",
            "X-Real-IP", "X_Anything", "Cookie", "Proxy-Authorization", "Keep-Alive", "TE", "baggage", "Correlation-Context",
        ];
        foreach (var name in invented)
            request.Headers.TryAddWithoutValidation(name, "admin");
        request.Headers.Add("X-Forwarded-Host", "evil.example");
        request.Headers.Add("X-Forwarded-For", "198.51.100.9");
        request.Headers.Add("Prefer", "wait=3");

        using var response = await Gateway.Anonymous.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var received = Gateway.Service.Received.Last();
        Assert.All(invented, name => Assert.DoesNotContain(name, received.Headers.Keys, StringComparer.OrdinalIgnoreCase));
        Assert.Equal(Gateway.Address.Authority, received.Headers["X-Forwarded-Host"]);
        Assert.Equal("127.0.0.1", received.Headers["X-Forwarded-For"]);
        Assert.Equal("wait=3", received.Headers["Prefer"]);
        Assert.Equal(Products.OriginalString, received.Target);
    }

    [Theory]
    [InlineData("/api/refresh", "refresh_token=abc-_123")]
    [InlineData("/api/revoke", "refresh_token=abc-_123")]
    [InlineData("/api/login", null)]
    public async Task The_refresh_token_goes_where_it_is_read_and_no_other_cookie_anywhere(string path, string? expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Add("Cookie", "session=1; refresh_token=abc-_123; other=2");

        using var response = await Gateway.Anonymous.SendAsync(request, Cancelled);

        Assert.Equal(expected, Gateway.Service.Received.Last().Headers.GetValueOrDefault("Cookie"));
    }

    [Fact]
    public async Task A_trace_is_continued_without_its_baggage()
    {
        // In the store the log asks for activities; in the tests somebody has to.
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        using var request = new HttpRequestMessage(HttpMethod.Get, Products);
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        request.Headers.Add("tracestate", "vendor=1");
        request.Headers.Add("baggage", "user=admin");

        using var response = await Gateway.Anonymous.SendAsync(request, Cancelled);

        var received = Gateway.Service.Received.Last().Headers;
        Assert.Contains("0af7651916cd43dd8448eb211c80319c", received["traceparent"], StringComparison.Ordinal);
        Assert.DoesNotContain("b7ad6b7169203331", received["traceparent"], StringComparison.Ordinal);
        Assert.Equal("vendor=1", received["tracestate"]);
        Assert.DoesNotContain("baggage", received.Keys);
        Assert.DoesNotContain("Correlation-Context", received.Keys);
    }

    [Fact]
    public async Task A_problem_of_a_service_passes_unchanged()
    {
        await using var gateway = await GatewayAlone.StartAsync();
        const string Body = """{"code":"cart_empty","status":400}""";
        gateway.Service.Answer = context =>
        {
            context.Response.StatusCode = 400;
            context.Response.ContentType = "application/problem+json";
            context.Response.Headers.SetCookie = "a=b; HttpOnly";
            return context.Response.WriteAsync(Body);
        };

        using var response = await gateway.Anonymous.GetAsync(Products, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(Body, await response.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal("a=b; HttpOnly", Assert.Single(response.Headers.GetValues("Set-Cookie")));
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task HEAD_is_passed_on_as_HEAD()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, Products);
        using var response = await Gateway.Anonymous.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("HEAD", Gateway.Service.Received.Last().Method);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancelled));
    }

    [Fact]
    public async Task A_service_hears_of_a_request_when_all_of_it_is_here()
    {
        await using var gateway = await GatewayAlone.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(gateway.Address.Host, gateway.Address.Port, Cancelled);
        var stream = client.GetStream();
        var head = "POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), Cancelled);
        using var reader = new StreamReader(stream);

        // By now the gateway reads the body.
        Assert.Equal("HTTP/1.1 100 Continue", await reader.ReadLineAsync(Cancelled));
        await stream.WriteAsync("{}"u8.ToArray(), Cancelled);
        using var other = await gateway.Anonymous.GetAsync(Products, Cancelled);
        Assert.Equal("GET", Assert.Single(gateway.Service.Received).Method);

        await stream.WriteAsync("  "u8.ToArray(), Cancelled);
        Assert.Equal("", await reader.ReadLineAsync(Cancelled));
        Assert.Equal("HTTP/1.1 200 OK", await reader.ReadLineAsync(Cancelled));
        Assert.Equal("{}  ", gateway.Service.Received.Last().Body);
    }

    [Fact]
    public async Task A_body_over_64_KiB_is_413_and_reaches_no_service()
    {
        await using var gateway = await GatewayAlone.StartAsync();
        using var body = new StreamContent(new MemoryStream(new byte[30 * 1024 * 1024]));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/login") { Content = body };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.ExpectContinue = true;

        // The gateway closes while megabytes are still on their way; a client may see either.
        try
        {
            using var response = await gateway.Anonymous.SendAsync(request, Cancelled);
            await response.AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge, "payload_too_large");
        }
        catch (HttpRequestException e)
        {
            Assert.IsAssignableFrom<IOException>(e.InnerException);
        }

        Assert.Empty(gateway.Service.Received);
    }
}
