using System.ComponentModel.DataAnnotations;
using GoCart.BuildingBlocks.Audit;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Orders;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GoCart.Orders;

/// <param name="Status">paid, shipped, delivered or cancelled.</param>
public sealed record ChangeStatusRequest(
    [property: AllowedValues("paid", "shipped", "delivered", "cancelled",
        ErrorMessage = "The status must be paid, shipped, delivered or cancelled.")]
    string Status) : IRequestBody<ChangeStatusRequest>;

/// <summary>PATCH /admin/orders/{id}: the store notes that an order was paid, shipped or delivered, or cancels it.</summary>
internal static class ChangeStatus
{
    public static async Task<Results<Ok<OrderResponse>, ProblemHttpResult>> Handle(
        string id, ChangeStatusRequest request, CurrentUser user, HttpContext context, StatusChanges changes,
        CancellationToken cancellationToken)
    {
        // Whether money came and goods went is not for those to say who talk to customers.
        if (user.Role == Roles.Support && request.Status != "cancelled")
            return Problem.Forbidden("Your role may cancel orders but not change them in any other way.");

        var status = Enum.Parse<OrderStatus>(request.Status, ignoreCase: true);
        var reason = status == OrderStatus.Cancelled ? Reasons.Admin : null;
        var change = RouteId.TryParse(id, out var orderId)
            ? await changes.MoveAsync(
                orderId, userId: null, user.Id, state => state.MoveTo(status), reason, cancellationToken,
                audit: (order, changed, at) => AuditLog.Entry(
                    context, at, "order.status_changed", user, order.Id,
                    before: new { Status = order.Status.ToText() }, after: new { Status = changed.ToText() }))
            : null;
        if (change is null)
            return Problems.OrderNotFound();

        switch (change.Refusal)
        {
            case Refusal.IllegalTransition:
                return Problems.IllegalTransition(change.Order.Status.ToText(), request.Status);
            case Refusal.StockNotReserved:
                return Problems.StockNotReserved();
            default:
                // It had that status already; but it was shown.
                if (!change.IsNew)
                    await context.NoteReadAsync("order.read");
                context.Response.Headers.ETag = ETags.For(change.Order.Version);
                return TypedResults.Ok(change.Order);
        }
    }
}
