using System.ComponentModel.DataAnnotations;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Orders;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GoCart.Orders;

/// <param name="Status">paid, shipped, delivered or cancelled.</param>
public sealed record ChangeStatusRequest(
    [property: AllowedValues(OrderStatus.Paid, OrderStatus.Shipped, OrderStatus.Delivered, OrderStatus.Cancelled,
        ErrorMessage = "The status must be paid, shipped, delivered or cancelled.")]
    OrderStatus Status) : IRequestBody<ChangeStatusRequest>;

/// <summary>PATCH /admin/orders/{id}: the store notes that an order was paid, shipped or delivered, or cancels it.</summary>
internal static class ChangeStatus
{
    public static async Task<Results<Ok<OrderResponse>, ProblemHttpResult>> Handle(
        string id, ChangeStatusRequest request, HttpResponse response, StatusChanges changes, CancellationToken cancellationToken)
    {
        var reason = request.Status == OrderStatus.Cancelled ? Reasons.Admin : null;
        var change = RouteId.TryParse(id, out var orderId)
            ? await changes.MoveAsync(orderId, userId: null, state => state.MoveTo(request.Status), reason, cancellationToken)
            : null;
        if (change is null)
            return Problems.OrderNotFound();

        switch (change.Refusal)
        {
            case Refusal.IllegalTransition:
                return Problems.IllegalTransition(change.Order.Status.ToText(), request.Status.ToText());
            case Refusal.StockNotReserved:
                return Problems.StockNotReserved();
            default:
                response.Headers.ETag = ETags.For(change.Order.Version);
                return TypedResults.Ok(change.Order);
        }
    }
}
