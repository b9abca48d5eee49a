using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace GoCart.BuildingBlocks.Http;

/// <summary>200 with a JSON array, and <c>Link: &lt;…&gt;; rel="next"</c> (RFC 8288) when the list goes on.</summary>
public sealed class PageResult<T>(IReadOnlyList<T> items, string? nextPosition) : IResult, IEndpointMetadataProvider
{
    public IReadOnlyList<T> Items => items;

    internal string? NextPosition => nextPosition;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (nextPosition is not null)
            httpContext.Response.Headers.Link = $"<{NextPage(httpContext, nextPosition)}>; rel=\"next\"";
        return httpContext.Response.WriteAsJsonAsync(items, httpContext.RequestAborted);
    }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(IReadOnlyList<T>), ["application/json"]));

    // Relative, so that it holds behind the gateway as well.
    private static string NextPage(HttpContext context, string position)
    {
        var list = Page.ListOf(context.Request);
        var cursor = context.RequestServices.GetRequiredService<PageCursors>().Encode(list, position);
        if (context.Request.Query.TryGetValue("limit", out var limit))
            list = QueryHelpers.AddQueryString(list, "limit", limit.ToString());
        return QueryHelpers.AddQueryString(list, "cursor", cursor);
    }
}
