using System.Buffers;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace GoCart.Gateway.Proxy;

/// <summary>
/// What a service gets to see of a request's headers: those it reads, and no others. Whatever else a client invents,
/// <c>X-User-ID</c>, <c>X-Original-URL</c> or <c>X-HTTP-Method-Override</c>, stays outside.
/// </summary>
/// <remarks><c>traceparent</c> is not in the list: the HTTP client writes it, continuing the one that came in.</remarks>
internal static class ForwardedHeaders
{
    /// <summary>In a route's metadata: the one cookie that the service gets.</summary>
    private const string CookieMetadata = "Cookie";

    private static readonly string[] Allowed =
    [
        HeaderNames.Accept,
        HeaderNames.Authorization,
        HeaderNames.ContentEncoding,
        HeaderNames.ContentLength,
        HeaderNames.ContentType,
        HeaderNames.IfMatch,
        HeaderNames.IfNoneMatch,
        HeaderNames.Origin,
        HeaderNames.UserAgent,
        "Idempotency-Key",
        "Prefer",
        "Sec-Fetch-Site",
    ];

    private static readonly SearchValues<char> CookieValue =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~");

    public static void Configure(TransformBuilderContext transforms)
    {
        transforms.AddRequestHeadersAllowed(Allowed);
        transforms.UseDefaultForwarders = false;
        transforms.AddXForwardedFor(action: ForwardedTransformActions.Set);
        // Set, and never passed on: by it users tells a page of the store from one of another site.
        transforms.AddXForwardedHost(action: ForwardedTransformActions.Set);

        if (transforms.Route.Metadata?.GetValueOrDefault(CookieMetadata) is { } cookie)
        {
            transforms.AddRequestTransform(request =>
            {
                if (request.HttpContext.Request.Cookies[cookie] is { } value && !value.AsSpan().ContainsAnyExcept(CookieValue))
                    RequestTransform.AddHeader(request, HeaderNames.Cookie, $"{cookie}={value}");
                return ValueTask.CompletedTask;
            });
        }
    }
}
