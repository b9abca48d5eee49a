using System.Buffers;
using System.Text;
using GoCart.BuildingBlocks.Http;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace GoCart.Gateway.Proxy;

/// <summary>
/// What a service gets to see of a request's headers: those it reads, and no others. Whatever else a client invents,
/// <c>X-User-ID</c>, <c>X-Original-URL</c> or <c>X-HTTP-Method-Override</c>, stays outside.
/// </summary>
/// <remarks><c>traceparent</c> is not in the list: the HTTP client writes it; see <see cref="TraceContextOnly"/>.</remarks>
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
        "Idempotency-Key",
        "Prefer",
        "Sec-Fetch-Site",
    ];

    private static readonly SearchValues<char> CookieValue =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~");

    /// <summary>
    /// Refuses what cannot be passed on as it is: between servers headers are ASCII, and .NET's client leaves out an empty one
    /// beside others of its name.
    /// </summary>
    public static Task RefuseWhatWouldChangeAsync(HttpContext context, RequestDelegate next) =>
        FindWhatWouldChange(context.Request.Headers) is { } name
            ? Problem.InvalidRequest($"The {name} header must be ASCII, and not be empty beside others of its name.").ExecuteAsync(context)
            : next(context);

    public static bool CanBePassedOn(IHeaderDictionary headers) => FindWhatWouldChange(headers) is null;

    private static string? FindWhatWouldChange(IHeaderDictionary headers)
    {
        foreach (var name in Allowed)
        {
            var values = headers[name];
            foreach (var value in values)
            {
                if (!Ascii.IsValid(value) || (values.Count > 1 && string.IsNullOrEmpty(value)))
                    return name;
            }
        }
        return null;
    }

    public static void Configure(TransformBuilderContext transforms)
    {
        // Not AddRequestHeadersAllowed, which leaves out empty ones: whether an empty header is wrong is for the service to say.
        transforms.CopyRequestHeaders = false;
        transforms.AddRequestTransform(request =>
        {
            foreach (var name in Allowed)
            {
                if (request.HttpContext.Request.Headers.TryGetValue(name, out var value)
                    && !(name == HeaderNames.Origin && Cors.Allows(request.HttpContext)))
                    RequestTransform.AddHeader(request, name, value);
            }
            return ValueTask.CompletedTask;
        });

        // What a service runs on is nobody's business.
        transforms.AddResponseHeaderRemove(HeaderNames.Server, ResponseCondition.Always);
        transforms.UseDefaultForwarders = false;
        // Set, and never passed on: by it users tells a page of the store from one of another site.
        transforms.AddXForwardedHost(action: ForwardedTransformActions.Set);
        // The one address that counts as the client's (TrustedProxies), for what users counts and notes by it.
        transforms.AddXForwardedFor(action: ForwardedTransformActions.Set);

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
