using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Orders;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GoCart.Orders;

/// <summary>DELETE /api/orders/{id}: the customer cancels a pending or paid order; again, it is the same answer and nothing more happens.</summary>
internal static class CancelOrder
{
    public static async Task<Results<Ok<OrderResponse>, ProblemHttpResult>> Handle(
        string id, CurrentUser user, HttpResponse response, StatusChanges changes, CancellationToken cancellationToken)
    {
        var change = RouteId.TryParse(id, out var orderId)
            ? await changes.MoveAsync(
                orderId, user.Id, user.Id, state => state.MoveTo(OrderStatus.Cancelled), Reasons.Customer, cancellationToken)
            : null;
        if (change is null)
            return Problems.OrderNotFound();
        if (change.Refusal != Refusal.None)
            return Problems.OrderNotCancellable(change.Order.Status.ToText());

        response.Headers.ETag = ETags.For(change.Order.Version);
        return TypedResults.Ok(change.Order);
    }
}
