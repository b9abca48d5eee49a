using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts.Orders;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace GoCart.Carts;

/// <summary>GET /internal/orders/{id}/timeline: when an order left its cart, for whoever of the staff asks orders for all of it.</summary>
internal static class GetOrderTimeline
{
    private const string Service = "carts";

    /// <param name="messages">The ids of the events that orders wrote about it.</param>
    public static async Task<Results<Ok<ServiceTimeline>, ProblemHttpResult>> Handle(
        string id, Guid[] messages, [FromQuery(Name = "cart_id")] Guid cartId, [FromQuery(Name = "cart_version")] long cartVersion,
        CurrentUser user, NpgsqlDataSource db, CancellationToken cancellationToken)
    {
        if (user.Role is not (Roles.Support or Roles.Admin) || !RouteId.TryParse(id, out var orderId))
            return Problem.ForStatus(StatusCodes.Status404NotFound);

        var handled = await OrderMessages.HandledAsync(db, Service, [OrderCreated.Type], messages, cancellationToken);
        var removed = await db.QueryAsync<DateTimeOffset>(
            """
            select removed_at from ordered_carts
            where cart_id = @cartId and cart_version = @cartVersion and order_id = @orderId
            """,
            new { cartId, cartVersion, orderId }, cancellationToken);
        return TypedResults.Ok(new ServiceTimeline(
            [
                .. handled,
                .. removed.Select(at => new TimelineEntry(at, Service, "items_left_cart", $"cart {cartId}, version {cartVersion}")),
            ],
            []));
    }
}
