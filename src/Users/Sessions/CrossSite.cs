using Microsoft.Net.Http.Headers;

namespace GoCart.Users.Sessions;

/// <summary>Refuses a request that a page of another site makes a browser send, together with the victim's cookie.</summary>
/// <remarks>
/// The cookie is SameSite=Strict already; this holds also where a browser does not keep to it. Programs send neither header.
/// </remarks>
internal static class CrossSite
{
    private const string SecFetchSite = "Sec-Fetch-Site";
    private const string ForwardedHost = "X-Forwarded-Host";

    public static async ValueTask<object?> RefuseAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        IsCrossSite(context.HttpContext.Request) ? Problems.CrossSite() : await next(context);

    private static bool IsCrossSite(HttpRequest request)
    {
        if (request.Headers[SecFetchSite].Any(site => string.Equals(site, "cross-site", StringComparison.OrdinalIgnoreCase)))
            return true;

        return request.Headers[HeaderNames.Origin] switch
        {
            [] => false,
            [{ } origin] => !IsOurs(origin, request),
            _ => true,
        };
    }

    /// <summary>Whether the page came from the address the request went to. The scheme may differ: TLS may end before us.</summary>
    private static bool IsOurs(string origin, HttpRequest request)
    {
        // "null", the origin of a sandboxed page, is no address.
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var page) || page.Host.Length == 0)
            return false;

        // Behind the gateway our own name is in Host, and the one the browser used in X-Forwarded-Host. A page of another
        // site cannot set that header: the browser would ask us first (CORS), and we never agree.
        var host = request.Headers[ForwardedHost] is [{ Length: > 0 } forwarded] ? new HostString(forwarded) : request.Host;
        return string.Equals(page.Host, host.Host, StringComparison.OrdinalIgnoreCase)
            && page.Port == (host.Port ?? new UriBuilder(page.Scheme, page.Host).Uri.Port);
    }
}
