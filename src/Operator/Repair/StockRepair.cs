using GoCart.BuildingBlocks.Database;

namespace GoCart.Operator.Repair;

/// <summary>Does what products does on order.cancelled, where no event can tell it to: with the reason in the ledger.</summary>
internal static class StockRepair
{
    /// <summary>
    /// For an order that the orders database does not have any more. Its stock is given back, and the order is written down as lost;
    /// in that order, so that an interrupted repair is found again.
    /// </summary>
    public static async Task<RepairResult> WriteOffAsync(
        OperatorSettings settings, Guid orderId, TimeProvider clock, CancellationToken cancellationToken)
    {
        const string Reason = "gocart audit --repair: the order is lost";
        return await OwnerConnection.InTransactionAsync(settings, "orders", async tx =>
        {
            if (await tx.QuerySingleOrDefaultAsync<bool>("select exists (select from orders where id = @orderId)", new { orderId }, cancellationToken))
                return new(IsDone: false, $"There is an order {orderId} again.");

            var units = await GiveBackAsync(settings, orderId, Reason, clock, cancellationToken);
            await tx.ExecuteAsync(
                "insert into lost_orders (order_id, reason, at) values (@orderId, @Reason, @now) on conflict (order_id) do nothing",
                new { orderId, Reason, now = clock.GetUtcNow() }, cancellationToken);
            return new RepairResult(IsDone: true, units == 0
                ? $"Order {orderId} is written down as lost; no stock was taken for it."
                : $"Order {orderId} is written down as lost, and its stock is given back.");
        }, cancellationToken);
    }

    /// <returns>How many products got stock back; 0 if none is reserved for the order.</returns>
    public static Task<int> GiveBackAsync(
        OperatorSettings settings, Guid orderId, string reason, TimeProvider clock, CancellationToken cancellationToken) =>
        OwnerConnection.InTransactionAsync(settings, "products", async tx =>
        {
            var now = clock.GetUtcNow();
            var released = await tx.ExecuteAsync(
                "update order_stock set state = 'released', decided_at = @now where order_id = @orderId and state = 'reserved'",
                new { orderId, now }, cancellationToken);
            if (released == 0)
                return 0;

            var products = await tx.QueryAsync<Guid>(GiveBackSql, new { orderId, reason, now }, cancellationToken);
            return products.Count;
        }, cancellationToken);

    // Locks as the service does: order_stock, then products sorted by id. Returns the products that it locks: those of the order.
    private const string GiveBackSql =
        """
        select id from products
        where id in (select product_id from stock_ledger where order_id = @orderId and kind = 'sale')
        order by id for no key update;

        insert into stock_ledger (product_id, kind, delta, order_id, reason, at)
        select product_id, 'restore', -delta, order_id, @reason, @now from stock_ledger
        where order_id = @orderId and kind = 'sale';

        update products set stock = stock - sold.delta, version = version + 1, updated_at = @now
        from (select product_id, sum(delta)::int as delta from stock_ledger
              where order_id = @orderId and kind = 'sale' group by product_id) as sold
        where id = sold.product_id;
        """;
}
