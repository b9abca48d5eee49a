using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts.Orders;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace GoCart.Products.Stock;

/// <summary>GET /internal/orders/{id}/timeline: what products did for an order, for whoever of the staff asks orders for all of it.</summary>
internal static class GetOrderTimeline
{
    private const string Service = "products";

    /// <param name="messages">The ids of the events that orders wrote about it.</param>
    public static async Task<Results<Ok<ServiceTimeline>, ProblemHttpResult>> Handle(
        string id, Guid[] messages, CurrentUser user, NpgsqlDataSource db, CancellationToken cancellationToken)
    {
        if (user.Role is not (Roles.Support or Roles.Admin) || !RouteId.TryParse(id, out var orderId))
            return Problem.ForStatus(StatusCodes.Status404NotFound);

        var written = await OrderMessages.WrittenAsync(db, Service, orderId, cancellationToken);
        var handled = await OrderMessages.HandledAsync(db, Service, [OrderCreated.Type, OrderCancelled.Type], messages, cancellationToken);
        var decisions = await db.QueryAsync<Decision>(
            "select state, decided_at, shortages::text from order_stock where order_id = @orderId",
            new { orderId }, cancellationToken);
        var entries = await db.QueryAsync<LedgerEntry>(
            "select kind, delta, product_id, at from stock_ledger where order_id = @orderId order by id",
            new { orderId }, cancellationToken);

        return TypedResults.Ok(new ServiceTimeline(
            [
                .. written.Entries, .. handled, .. entries.Select(entry => entry.ToEntry()),
                // What was reserved or released stands in the ledger already.
                .. decisions.Where(decision => decision.State is "rejected" or "void").Select(decision => decision.ToEntry()),
            ],
            written.Messages));
    }

    private sealed record Decision(string State, DateTimeOffset DecidedAt, string? Shortages)
    {
        public TimelineEntry ToEntry() => State == "void"
            ? new(DecidedAt, Service, "stock_not_taken", "cancelled before products heard of it")
            : new(DecidedAt, Service, "stock_rejected", Shortages);
    }

    private sealed record LedgerEntry(string Kind, int Delta, Guid ProductId, DateTimeOffset At)
    {
        public TimelineEntry ToEntry() =>
            new(At, Service, Kind == "sale" ? "stock_taken" : "stock_given_back", $"{Math.Abs(Delta)} of product {ProductId}");
    }
}
