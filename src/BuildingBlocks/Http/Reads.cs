using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace GoCart.BuildingBlocks.Http;

public static class Reads
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>For endpoints that would take any method.</summary>
    internal static HttpMethodMetadata Only { get; } = new(Methods);

    /// <summary>A route that is read: GET, and HEAD as RFC 9110 §9.3.2 asks for, which MapGet alone answers with 405.</summary>
    public static RouteHandlerBuilder MapRead(this IEndpointRouteBuilder routes, string pattern, Delegate handler) =>
        routes.MapMethods(pattern, Methods, handler);
}
