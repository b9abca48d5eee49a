namespace GoCart.Operator.Audit;

/// <summary>The orders that are known to be lost, since the orders database was restored to a moment before them.</summary>
internal static class LostOrders
{
    public static async Task<HashSet<Guid>> ReadAsync(Snapshot orders, CancellationToken cancellationToken) =>
        [.. await orders.QueryAsync<Guid>("select order_id from lost_orders", null, cancellationToken)];
}
