using System.Text.Json;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using Npgsql;

namespace GoCart.Orders;

/// <summary>On stock.rejected: the order ends here, and says what there was too little of. See <see cref="OrderState.AfterStockRejected"/>.</summary>
internal sealed class RejectOrder(StockResults results, TimeProvider clock) : IEventHandler<StockRejected>
{
    public Task HandleAsync(
        IReadOnlyList<Received<StockRejected>> batch, NpgsqlTransaction tx, CancellationToken cancellationToken)
    {
        var rejected = batch.DistinctBy(received => received.Event.OrderId).ToList();
        return tx.ExecuteAsync(
            RejectSql,
            new
            {
                orderIds = rejected.Select(received => received.Event.OrderId).ToArray(),
                rejections = rejected.Select(received => RejectionOf(received.Event)).ToArray(),
                traceIds = rejected.Select(received => OrderMessages.TraceIdOf(received.TraceParent)).ToArray(),
                reason = Reasons.InsufficientStock,
                now = clock.GetMicrosecondNow(),
            },
            cancellationToken);
    }

    public void Committed() => results.LookNow();

    private static string RejectionOf(StockRejected rejected)
    {
        var items = rejected.Items.Select(item => new RejectedItem(item.ProductId, item.Requested, item.Available));
        return JsonSerializer.Serialize(new OrderRejection(Reasons.InsufficientStock, [.. items]), Json.Tolerant);
    }

    // Locks in the same order as ConfirmStock.
    private const string RejectSql =
        """
        with rejected as (
            update orders
            set status = 'rejected', stock_state = 'rejected', rejection = cast(answer.rejection as jsonb),
                version = version + 1, updated_at = @now
            from unnest(@orderIds, @rejections, @traceIds) as answer (order_id, rejection, trace_id)
            where id = answer.order_id and id = any(array(
                select id from orders where id = any(@orderIds) and stock_state = 'awaiting' order by id for update))
            returning id, status, version, answer.trace_id),
        entry as (
            insert into order_history (order_id, version, status, at, reason, trace_id)
            select id, version, status, @now, @reason, trace_id from rejected)
        delete from awaiting_stock where order_id in (select id from rejected)
        """;
}
