using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Messaging;
using Npgsql;

namespace GoCart.Operator.Repair;

/// <summary>Does what orders does when an order is cancelled, where its database was restored to before that.</summary>
internal static class OrderRepair
{
    /// <summary>docs/events.md lists it.</summary>
    private const string Reason = "stock_given_back";

    /// <summary>Status, history and event in one transaction. What customers and staff have gone on with meanwhile stays as it is.</summary>
    public static Task<RepairResult> CancelAsync(
        OperatorSettings settings, Guid orderId, TimeProvider clock, CancellationToken cancellationToken) =>
        OwnerConnection.InTransactionAsync(settings, "orders", async tx =>
        {
            if (await CancelAsync(tx, orderId, clock, cancellationToken) == 0
                || await EventRepair.FindAsync(tx, orderId, cancellationToken) is not { } order)
                return new(IsDone: false, $"Order {orderId} cannot be cancelled any more.");

            await tx.EnqueueAsync([OutboxMessage.From(order.Cancelled())], cancellationToken);
            return new RepairResult(IsDone: true, $"Order {orderId}, whose stock was given back, is cancelled.");
        }, cancellationToken);

    private static Task<int> CancelAsync(NpgsqlTransaction tx, Guid orderId, TimeProvider clock, CancellationToken cancellationToken) =>
        tx.ExecuteAsync(
            """
            with changed as (
                update orders set status = 'cancelled', stock_state = 'released', version = version + 1, updated_at = @now
                where id = @orderId and status in ('pending', 'paid') and stock_state = 'reserved'
                returning id, version)
            insert into order_history (order_id, version, status, at, reason)
            select id, version, 'cancelled', @now, @Reason from changed
            """,
            new { orderId, Reason, now = clock.GetUtcNow() }, cancellationToken);
}
