using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Orders;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace GoCart.Orders;

/// <summary>GET /api/orders/{id}: one of the customer's own orders; anybody else's is not there. GET /admin/orders/{id}: any.</summary>
internal static class GetOrder
{
    public static Task<Results<Ok<OrderResponse>, StatusCodeHttpResult, ProblemHttpResult>> Handle(
        string id, CurrentUser user, HttpContext http, OrderReads orders, CancellationToken cancellationToken) =>
        GetAsync(id, http, orderId => orders.FindAsync(orderId, user.Id, cancellationToken));

    public static Task<Results<Ok<OrderResponse>, StatusCodeHttpResult, ProblemHttpResult>> HandleAdmin(
        string id, HttpContext http, NpgsqlDataSource db, CancellationToken cancellationToken) =>
        GetAsync(id, http, orderId => OrderRow.FindAsync(db, orderId, userId: null, cancellationToken));

    private static async Task<Results<Ok<OrderResponse>, StatusCodeHttpResult, ProblemHttpResult>> GetAsync(
        string id, HttpContext http, Func<Guid, Task<OrderResponse?>> findAsync)
    {
        var order = RouteId.TryParse(id, out var orderId) ? await findAsync(orderId) : null;
        if (order is null)
            return Problems.OrderNotFound();

        var etag = ETags.For(order.Version);
        http.Response.Headers.ETag = etag;
        return ETags.IsNotModified(http.Request, etag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(order);
    }
}
