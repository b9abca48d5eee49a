using GoCart.BuildingBlocks.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace GoCart.Gateway;

/// <summary>Lets pages of the origins in <c>Gateway:AllowedOrigins</c> call the store from a browser; without any, none may.</summary>
internal static class Cors
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PATCH", "DELETE"];

    private static readonly string[] RequestHeaders =
    [
        HeaderNames.Authorization, HeaderNames.ContentType, HeaderNames.IfMatch, HeaderNames.IfNoneMatch, "Idempotency-Key", "Prefer",
    ];

    /// <summary>Those that a client of the contract reads.</summary>
    private static readonly string[] AnswerHeaders =
    [
        HeaderNames.ETag, HeaderNames.Link, HeaderNames.Location, HeaderNames.RetryAfter, HeaderNames.WWWAuthenticate,
        "Idempotency-Replayed", "Preference-Applied", "RateLimit", "RateLimit-Policy",
    ];

    public static void AddCorsForOrigins(this WebApplicationBuilder builder) => builder.Services.AddCors();

    /// <exception cref="InvalidOperationException">An entry is no origin, or outside development one that is nobody's.</exception>
    public static void UseCorsForOrigins(this WebApplication app)
    {
        var origins = Read(app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value);
        if (origins.Length == 0)
            return;
        if (!app.Environment.IsDevelopment() && origins.FirstOrDefault(IsNobodys) is { } wrong)
            throw new InvalidOperationException($"Gateway:AllowedOrigins: {wrong} has to be a page of the store's own, with https.");

        app.UseCors(policy => policy
            .WithOrigins(origins)
            .WithMethods(Methods)
            .WithHeaders(RequestHeaders)
            .WithExposedHeaders(AnswerHeaders)
            // The cookie of the refresh token: SameSite=Strict, so only for origins of the same site, such as a subdomain.
            .AllowCredentials()
            .SetPreflightMaxAge(TimeSpan.FromMinutes(10)));
    }

    /// <summary>Whether the request comes from a page that may call the store; users need not ask again whose page it was.</summary>
    public static bool Allows(HttpContext context) =>
        context.Request.Headers.Origin is [{ } origin]
        && context.RequestServices.GetRequiredService<IOptions<GatewayOptions>>().Value.AllowedOrigins.Contains(origin, StringComparer.Ordinal);

    /// <summary>Whoever is on the way could change a page that comes in clear, and with it what it asks of the store.</summary>
    private static bool IsNobodys(string origin) =>
        new Uri(origin) is var uri && (uri.Scheme != Uri.UriSchemeHttps || PublicNames.IsReserved(uri.Host)) && !uri.IsLoopback;

    /// <summary>As browsers write them: scheme and host in lower case, no path, no default port.</summary>
    private static string[] Read(GatewayOptions options)
    {
        var origins = options.AllowedOrigins.Where(origin => !string.IsNullOrWhiteSpace(origin)).ToArray();
        var wrong = origins.FirstOrDefault(origin =>
            !Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https")
            || uri.GetLeftPart(UriPartial.Authority) != origin);
        return wrong is null
            ? origins
            : throw new InvalidOperationException($"Gateway:AllowedOrigins: {wrong} is no origin such as https://shop.example.com.");
    }
}
