using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts.Products;
using Npgsql;

namespace GoCart.Orders;

/// <summary>On stock.reserved: the order's stock is its own, and it can be paid. See <see cref="OrderState.AfterStockReserved"/>.</summary>
internal sealed class ConfirmStock(StockResults results, TimeProvider clock) : IEventHandler<StockReserved>
{
    public Task HandleAsync(
        IReadOnlyList<Received<StockReserved>> batch, NpgsqlTransaction tx, CancellationToken cancellationToken) =>
        // Rows are locked in the order of their ids, orders before awaiting_stock: nobody who does the same can deadlock with it.
        tx.ExecuteAsync(
            """
            with confirmed as (
                update orders set stock_state = 'reserved', version = version + 1, updated_at = @now
                where id = any(array(
                    select id from orders where id = any(@orderIds) and stock_state = 'awaiting' order by id for update))
                returning id)
            delete from awaiting_stock where order_id in (select id from confirmed)
            """,
            new { orderIds = batch.Select(received => received.Event.OrderId).ToArray(), now = clock.GetMicrosecondNow() },
            cancellationToken);

    public void Committed() => results.LookNow();
}
