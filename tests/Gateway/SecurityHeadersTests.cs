using System.Net;
using GoCart.AppHost.Local;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

/// <summary>
/// Every kind of answer that the gateway has, over TLS: what it tells browsers and caches, and that it does not tell what it is
/// made of.
/// </summary>
public sealed class SecurityHeadersTests : IDisposable
{
    private const string NothingButTheAnswer = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>What servers and frameworks call themselves in.</summary>
    private static readonly string[] Names = ["Server", "X-Powered-By", "X-AspNet-Version", "X-AspNetMvc-Version", "Via", "X-SourceFiles"];

    private readonly TestAuthority _authority = new();
    private readonly Uri _address = new($"https://127.0.0.1:{Ports.Free()}");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_kind_of_answer_has_them()
    {
        await using var gateway = await StartAsync();
        using var client = _authority.CreateClient(_address);
        gateway.Service.Answer = AnswerAsAsked;

        List<Asked> asked =
        [
            new(200, Get("/api/products")),
            new(200, Get("/alive")),
            new(200, Get("/health")),
            new(200, Get("/docs/index.html")),
            new(200, Get("/docs/swagger-ui-bundle.js")),
            new(200, new(HttpMethod.Head, "/api/products")),
            new(201, As(gateway.Admin, HttpMethod.Post, "/admin/products?answer=201")),
            new(204, As(gateway.Customer, HttpMethod.Delete, "/api/cart?answer=204")),
            new(204, Preflight()),
            new(301, Get("/docs")),
            new(304, Get("/api/products?answer=304")),
            new(400, WithHost("127.0.0.1:0")),
            new(400, Get("/api/products?answer=400")),
            new(401, Get("/api/cart")),
            new(403, As(gateway.Customer, HttpMethod.Get, "/admin/orders")),
            new(404, Get("/nothing")),
            new(404, Get("/docs/nothing.js")),
            new(404, Get("/internal/cart")),
            new(405, new(HttpMethod.Put, "/api/products")),
            new(405, new(HttpMethod.Options, "/api/products")),
            new(413, TooLarge()),
            new(200, new(HttpMethod.Post, "/api/login")),
            new(429, new(HttpMethod.Post, "/api/login")),
            new(500, Get("/api/products?answer=500")),
            new(502, Get("/api/products?answer=none")),
        ];
        var faults = new List<string>();
        foreach (var one in asked)
            faults.AddRange(await FaultsOfAsync(client, one));
        await gateway.Service.StopAsync();
        faults.AddRange(await FaultsOfAsync(client, new(503, Get("/api/products"))));

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public async Task In_clear_nobody_is_told_to_come_back_over_TLS()
    {
        await using var gateway = await GatewayAlone.StartAsync();

        using var response = await gateway.Anonymous.GetAsync(new Uri("/api/products", UriKind.Relative), Cancelled);

        Assert.False(response.Headers.Contains("Strict-Transport-Security"));
    }

    public void Dispose() => _authority.Dispose();

    private static async Task<List<string>> FaultsOfAsync(HttpClient client, Asked asked)
    {
        using var request = asked.Request;
        using var response = await client.SendAsync(request, Cancelled);
        string? Header(string name) =>
            response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values)
                ? string.Join(", ", values)
                : null;
        var path = request.RequestUri!.PathAndQuery; // every one has an address
        // Public, and the same for everybody: the page, its scripts and its pictures.
        var isPage = path.StartsWith("/docs", StringComparison.Ordinal) && response.StatusCode != HttpStatusCode.NotFound;
        var policy = Header("Content-Security-Policy");

        var faults = new List<string>();
        Check((int)response.StatusCode == asked.Status, $"is {(int)response.StatusCode}");
        Check(Header("X-Content-Type-Options") == "nosniff", "is not nosniff");
        Check(Header("Referrer-Policy") == "no-referrer", "has no referrer policy");
        Check(Header("Strict-Transport-Security") == "max-age=31536000", "does not insist on TLS");
        Check(isPage || response.Headers.CacheControl?.NoStore is true, $"may be stored: {Header("Cache-Control")}");
        Check(
            policy == NothingButTheAnswer || (path.StartsWith("/docs", StringComparison.Ordinal) && IsStrict(policy)),
            $"permits: {policy}");
        Check(Header("Content-Type")?.StartsWith("text/html", StringComparison.Ordinal) is not true || isPage, "is a page");
        foreach (var name in Names)
            Check(Header(name) is null, $"says {name}: {Header(name)}");
        return faults;

        void Check(bool holds, string otherwise)
        {
            if (!holds)
                faults.Add($"{request.Method} {path} ({asked.Status}) {otherwise}");
        }
    }

    /// <summary>Scripts of this server's files alone, no frame around it, and nothing else that is not named.</summary>
    private static bool IsStrict(string? policy)
    {
        var rules = policy?.Split("; ") ?? [];
        return rules.Contains("default-src 'none'") && rules.Contains("script-src 'self'") && rules.Contains("frame-ancestors 'none'")
            && !rules.Any(rule => rule.Contains('*', StringComparison.Ordinal) || rule.Contains("unsafe-eval", StringComparison.Ordinal));
    }

    private Task<GatewayAlone> StartAsync()
    {
        var certificate = _authority.Issue("gateway");
        return GatewayAlone.StartAsync(settings: new()
        {
            ["Urls"] = _address.ToString(),
            ["Kestrel:Certificates:Default:Path"] = certificate.CertificateFile,
            ["Kestrel:Certificates:Default:KeyPath"] = certificate.KeyFile,
            ["Gateway:AllowedOrigins:0"] = "https://shop.example.com",
            ["RateLimits:ExemptLoopback"] = "false",
            ["RateLimits:SignInsPerMinute"] = "1",
        });
    }

    /// <summary>As a service in a framework that says its name, or behind another proxy.</summary>
    private static Task AnswerAsAsked(HttpContext context)
    {
        context.Response.Headers.Server = "Kestrel";
        context.Response.Headers["X-Powered-By"] = "ASP.NET";
        context.Response.Headers.Via = "1.1 sidecar";
        var answer = context.Request.Query["answer"].ToString();
        if (answer == "none")
            return RecordingService.BreakOff(context);

        context.Response.StatusCode = answer == "" ? StatusCodes.Status200OK : int.Parse(answer);
        return answer is "204" or "304" ? Task.CompletedTask : RecordingService.AnswerOk(context);
    }

    private static HttpRequestMessage Get(string path) => new(HttpMethod.Get, path);

    private static HttpRequestMessage As(HttpClient who, HttpMethod method, string path) =>
        new(method, path) { Headers = { Authorization = who.DefaultRequestHeaders.Authorization } };

    private static HttpRequestMessage WithHost(string host) => new(HttpMethod.Get, "/api/products") { Headers = { Host = host } };

    private static HttpRequestMessage Preflight() => new(HttpMethod.Options, "/api/products")
    {
        Headers = { { "Origin", "https://shop.example.com" }, { "Access-Control-Request-Method", "GET" } },
    };

    /// <summary>Its body waits for the answer: a client may fail to send it to a server that has refused it and hung up.</summary>
    private static HttpRequestMessage TooLarge() => new(HttpMethod.Post, "/api/users")
    {
        Content = new ByteArrayContent(new byte[66_000]),
        Headers = { ExpectContinue = true },
    };

    private sealed record Asked(int Status, HttpRequestMessage Request);
}
