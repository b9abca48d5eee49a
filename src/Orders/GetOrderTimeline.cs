using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace GoCart.Orders;

/// <summary>
/// GET /admin/orders/{id}/timeline: everything that happened to an order, in all services. It is put together from what each has
/// recorded for its own work: the history, the outbox, the inbox, the stock ledger. Outbox and inbox forget after some days.
/// </summary>
internal static partial class GetOrderTimeline
{
    private const string Service = "orders";

    public static async Task<Results<Ok<OrderTimeline>, ProblemHttpResult>> Handle(
        string id, CurrentUser user, NpgsqlDataSource db, ProductsTimelineClient products, CartsClient carts, ILogger<OrderTimeline> logger,
        CancellationToken cancellationToken)
    {
        var order = RouteId.TryParse(id, out var orderId)
            ? await db.QuerySingleOrDefaultAsync<Ordered>(
                "select id, cart_id, cart_version from orders where id = @orderId", new { orderId }, cancellationToken)
            : null;
        if (order is null)
            return Problems.OrderNotFound();

        var history = await db.QueryAsync<HistoryRow>(
            "select status, at, reason, actor, trace_id from order_history where order_id = @orderId order by version", new { orderId }, cancellationToken);
        var written = await OrderMessages.WrittenAsync(db, Service, orderId, cancellationToken);

        // At the same time, and none of them is needed: an outage is when this is asked.
        var missing = new List<string>();
        var inProducts = AskAsync("products", () => products.GetAsync(user, orderId, written.Messages, cancellationToken));
        var inCarts = AskAsync("carts", () => carts.GetTimelineAsync(
            user, orderId, order.CartId, order.CartVersion, written.Messages, cancellationToken));
        ServiceTimeline[] elsewhere = [await inProducts, await inCarts];
        var handled = await OrderMessages.HandledAsync(
            db, Service, [StockReserved.Type, StockRejected.Type],
            [.. elsewhere.SelectMany(timeline => timeline.Messages)], cancellationToken);

        return TypedResults.Ok(new OrderTimeline(
            orderId,
            [.. history.Select(row => row.ToEntry()).Concat(written.Entries).Concat(handled)
                .Concat(elsewhere.SelectMany(timeline => timeline.Entries)).OrderBy(entry => entry.At)],
            missing));

        async Task<ServiceTimeline> AskAsync(string service, Func<Task<ServiceTimeline>> ask)
        {
            try
            {
                return await ask();
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                LogMissing(logger, service, e.Message);
                missing.Add(service);
                return new([], []);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What {Service} knows of an order is missing from its timeline: {Reason}")]
    private static partial void LogMissing(ILogger logger, string service, string reason);

    private sealed record Ordered(Guid Id, Guid CartId, long CartVersion);

    private sealed record HistoryRow(string Status, DateTimeOffset At, string? Reason, Guid? Actor, string? TraceId)
    {
        public TimelineEntry ToEntry() => new(
            At, Service, Status == "pending" ? "placed" : Status, Reason,
            Actor: (Status, Reason) switch
            {
                ("pending", _) or (_, Reasons.Customer) => "customer",
                ("paid" or "shipped" or "delivered", _) or (_, Reasons.Admin) => "admin",
                _ => "service",
            },
            ActorId: Actor, TraceId: TraceId);
    }
}
