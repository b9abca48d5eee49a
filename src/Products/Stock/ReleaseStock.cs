using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts.Orders;
using Npgsql;

namespace GoCart.Products.Stock;

/// <summary>On order.cancelled: gives back what was taken for the order, once; a cancellation that comes first stops its order.</summary>
/// <remarks>What was taken stands in the ledger; the event is not asked. Locks are taken in the order that <see cref="ReserveStock"/> names.</remarks>
internal sealed class ReleaseStock(TimeProvider clock) : IEventHandler<OrderCancelled>
{
    public async Task HandleAsync(
        IReadOnlyList<Received<OrderCancelled>> batch, NpgsqlTransaction tx, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var orderIds = batch.Select(received => received.Event.OrderId).Distinct().ToArray();

        // Rejected, released and void orders have nothing to give back and come back from here in no row.
        var changed = await tx.QueryAsync<OrderState>(
            """
            insert into order_stock (order_id, state, decided_at)
            select order_id, 'void', @now from unnest(@orderIds) as cancelled (order_id)
            order by order_id
            on conflict (order_id) do update set state = 'released', decided_at = excluded.decided_at
            where order_stock.state = 'reserved'
            returning order_id, state
            """,
            new { orderIds, now }, cancellationToken);

        var released = changed.Where(order => order.State == "released").Select(order => order.OrderId).ToArray();
        if (released.Length > 0)
            await tx.ExecuteAsync(GiveBackSql, new { released, now }, cancellationToken);
    }

    private const string GiveBackSql =
        """
        select id from products
        where id in (select product_id from stock_ledger where order_id = any(@released) and kind = 'sale')
        order by id for no key update;

        insert into stock_ledger (product_id, kind, delta, order_id, at)
        select product_id, 'restore', -delta, order_id, @now from stock_ledger
        where order_id = any(@released) and kind = 'sale';

        update products set stock = stock + restored.quantity, version = version + 1, updated_at = @now
        from (select product_id, sum(delta)::int as quantity from stock_ledger
              where order_id = any(@released) and kind = 'restore'
              group by product_id) as restored
        where id = restored.product_id;
        """;

    private sealed record OrderState(Guid OrderId, string State);
}
