using System.Diagnostics;
using GoCart.BuildingBlocks.Audit;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Users;
using Npgsql;

namespace GoCart.Orders;

/// <summary>Moves an order to another status: its row, its history and, when it is cancelled, the event, in one statement.</summary>
internal sealed class StatusChanges(NpgsqlDataSource db, OutboxSignal outbox, TimeProvider clock)
{
    /// <param name="userId">Whose order it has to be; null for anybody's.</param>
    /// <param name="actor">Who does it; null for the service itself.</param>
    /// <param name="decide">What becomes of the order, from where it stands; asked again when somebody else was quicker.</param>
    /// <param name="audit">What the audit log shall say of it, if it was one of the staff; from the order before and its new status.</param>
    /// <returns>Null if there is no such order.</returns>
    public async Task<StatusChange?> MoveAsync(
        Guid orderId, Guid? userId, Guid? actor, Func<OrderState, StatusMove> decide, string? reason, CancellationToken cancellationToken,
        Func<OrderResponse, OrderStatus, DateTimeOffset, AuditEntry>? audit = null)
    {
        // Every round but the last means that somebody else changed the order, and that happens five times in its life at most.
        while (true)
        {
            if (await OrderRow.FindAsync(db, orderId, userId, cancellationToken) is not { } order)
                return null;

            var state = new OrderState(order.Status, order.StockState);
            var move = decide(state);
            if (move.State == state)
            {
                // Whoever changed it may not have heard the standby's word.
                if (move.Refusal == Refusal.None)
                    await db.WaitForStandbyAsync(cancellationToken);
                return new(order, move.Refusal, IsNew: false);
            }

            if (await TrySaveAsync(order, move.State, actor, reason, audit) is { } changed)
                return new(changed, Refusal.None, IsNew: true);
        }
    }

    /// <returns>Null when the order is no longer what was read.</returns>
    private async Task<OrderResponse?> TrySaveAsync(
        OrderResponse order, OrderState state, Guid? actor, string? reason,
        Func<OrderResponse, OrderStatus, DateTimeOffset, AuditEntry>? audit)
    {
        var now = clock.GetMicrosecondNow();
        var isCancelled = state.Status == OrderStatus.Cancelled;
        var message = isCancelled
            ? OutboxMessage.From(new OrderCancelled(order.Id, OrderedItems.Of(order), reason ?? "", now))
            : null;

        // Not cancelled half-way: a client that hangs up has said what it wants.
        var version = await db.QuerySingleOrDefaultAsync<long?>(
            $"{ChangeSql}{(message is null ? "" : EventSql)}{(audit is null ? "" : AuditSql)} select version from changed",
            new
            {
                order.Id,
                order.Version,
                Status = state.Status.ToText(),
                StockState = state.Stock.ToText(),
                now,
                reason,
                actor,
                TraceId = Activity.Current?.TraceId.ToHexString(),
                message?.MessageId,
                message?.Exchange,
                message?.Type,
                EventBody = message?.Body,
                message?.TraceParent,
                Audit = audit?.Invoke(order, state.Status, now).ToJson(),
            },
            CancellationToken.None);
        if (version is null)
            return null;

        if (isCancelled)
            Failpoint.Hit("cancel.after_commit");
        if (message is not null)
            outbox.Wake();
        OrdersTelemetry.Changed.Add(1, OrdersTelemetry.Status(state.Status));
        return order with
        {
            Status = state.Status,
            StockState = state.Stock,
            History = [.. order.History, new(state.Status, now, reason)],
            Version = version.Value,
            UpdatedAt = now,
        };
    }

    private const string ChangeSql =
        """
        with changed as (
            update orders set status = @Status, stock_state = @StockState, version = version + 1, updated_at = @now
            where id = @Id and version = @Version
            returning id, status, version),
        entry as (
            insert into order_history (order_id, version, status, at, reason, actor, trace_id)
            select id, version, status, @now, @reason, @actor, @TraceId from changed)
        """;

    private const string EventSql =
        """
        , answered as (
            delete from awaiting_stock where order_id in (select id from changed)),
        event as (
            insert into outbox (message_id, exchange, type, body, trace_parent)
            select @MessageId, @Exchange, @Type, cast(@EventBody as jsonb), @TraceParent from changed)
        """;

    private const string AuditSql =
        $"""
        , audit as (
            {AuditLog.InsertSql} where exists (select from changed))
        """;
}

/// <param name="Order">As it is now.</param>
/// <param name="IsNew">False when nothing was to be changed, or nothing could be.</param>
internal sealed record StatusChange(OrderResponse Order, Refusal Refusal, bool IsNew);
