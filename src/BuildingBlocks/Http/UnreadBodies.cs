using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace GoCart.BuildingBlocks.Http;

/// <summary>
/// Answers 413 to a body that is too large also on a route that takes none: the server itself counts only what somebody reads.
/// </summary>
internal static class UnreadBodies
{
    public static void UseUnreadBodies(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var limit = context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize;
        if (context.Request.ContentLength > limit)
            throw new BadHttpRequestException("Too large.", StatusCodes.Status413PayloadTooLarge);

        // Nobody knows the length of a body in chunks before its end.
        return context.Request.Headers.TransferEncoding.Count > 0 && IsUnread(context.GetEndpoint())
            ? ReadAsync(context, next)
            : next(context);
    });

    private static async Task ReadAsync(HttpContext context, RequestDelegate next)
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        await next(context);
    }

    /// <summary>A handler of ours without a body; what the gateway passes on it reads itself.</summary>
    private static bool IsUnread(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<MethodInfo>() is not null && endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is null;
}
