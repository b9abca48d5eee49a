using Npgsql;

namespace GoCart.Operator.Audit;

/// <summary>
/// Compares every order of the orders database with what products has of it: both lists are read sorted by id, side by side,
/// so that any number of orders fits. What may be work under way is looked at again before it is called broken.
/// </summary>
internal sealed class StockCheck(Snapshot orders, Snapshot products, Scope scope)
{
    private readonly List<(Guid OrderId, Finding Finding)> _findings = [];

    /// <summary>How many orders were compared.</summary>
    public long Count { get; private set; }

    /// <summary>Since when the oldest event is on its way that excused a finding; null without any.</summary>
    public DateTimeOffset? UnderWaySince { get; private set; }

    /// <param name="lookAgain">A newer snapshot of the orders database; taken only if there is a doubt.</param>
    public async Task<IEnumerable<Violation>> RunAsync(
        Func<Task<Snapshot>> lookAgain, CancellationToken cancellationToken)
    {
        var ids = scope.Since is null ? null : await FindChangedAsync(cancellationToken);
        var lost = await LostOrders.ReadAsync(orders, cancellationToken);
        await foreach (var (order, stock) in PairAsync(ids, cancellationToken))
        {
            Count++;
            foreach (var finding in StockRules.Check(order, stock, isLost: stock is not null && lost.Contains(stock.Id)))
                Add((order?.Id ?? stock?.Id ?? default, finding));
        }

        var excused = new HashSet<(Guid, Finding)>(
        [
            .. await ChangedSinceAsync(lookAgain, cancellationToken),
            .. await UnderWayAsync(cancellationToken),
        ]);
        return _findings.Where(found => !excused.Contains(found))
            .Select(found => new Violation(found.Finding.Invariant, "order", found.OrderId.ToString(), found.Finding.Detail, found.Finding.Remedy));
    }

    // Doubts are bounded by what is under way at one moment; the rest need not all be named.
    private void Add((Guid OrderId, Finding Finding) found)
    {
        if (found.Finding.Doubt != Doubt.None || _findings.Count(other => other.Finding.Doubt == Doubt.None) < Snapshot.MaxRows)
            _findings.Add(found);
    }

    /// <summary>The orders that have changed in either database.</summary>
    private async Task<Guid[]> FindChangedAsync(CancellationToken cancellationToken)
    {
        var ordered = await orders.QueryAsync<Guid>(
            "select id from orders where updated_at >= @Since", scope.Parameters, cancellationToken);
        var decided = await products.QueryAsync<Guid>(
            """
            select order_id from order_stock where decided_at >= @Since
            union select order_id from stock_ledger where at >= @Since and order_id is not null
            """,
            scope.Parameters, cancellationToken);
        return [.. ordered.Union(decided)];
    }

    /// <summary>The findings that are explained by an order that came, or was cancelled, after the first look.</summary>
    private async Task<IEnumerable<(Guid, Finding)>> ChangedSinceAsync(
        Func<Task<Snapshot>> lookAgain, CancellationToken cancellationToken)
    {
        var doubts = Doubtful(Doubt.OrderMayHaveChanged);
        if (doubts.Count == 0)
            return [];

        await using var later = await lookAgain();
        var statuses = (await later.QueryAsync<OrderStatus>(
            "select id, status from orders where id = any(@ids)",
            new { ids = doubts.Select(doubt => doubt.OrderId).ToArray() }, cancellationToken))
            .ToDictionary(order => order.Id, order => order.Status);

        return doubts.Where(doubt => statuses.TryGetValue(doubt.OrderId, out var status)
            && (doubt.Finding.Invariant == "I3" || status == "cancelled"));
    }

    /// <summary>
    /// The cancelled orders whose event products has not handled, unless it should have long ago: the inbox row and the restored
    /// stock commit together.
    /// </summary>
    private async Task<IEnumerable<(Guid, Finding)>> UnderWayAsync(CancellationToken cancellationToken)
    {
        var doubts = Doubtful(Doubt.CancellationMayBeUnderWay);
        if (doubts.Count == 0)
            return [];

        var messages = await orders.QueryAsync<Message>(
            """
            select message_id, (body->>'order_id')::uuid as order_id, occurred_at from outbox
            where type = 'order.cancelled' and body->>'order_id' = any(@ids)
                and (sent_at >= @LostBefore or (sent_at is null and occurred_at >= @LateBefore))
            """,
            new { ids = doubts.Select(doubt => doubt.OrderId.ToString()).ToArray(), scope.LostBefore, scope.LateBefore }, cancellationToken);
        var handled = (await products.QueryAsync<Guid>(
            "select message_id from inbox where message_id = any(@ids)",
            new { ids = messages.Select(message => message.MessageId).ToArray() }, cancellationToken)).ToHashSet();

        // An order has one such message, and yet somebody may have written another.
        var underWay = messages.Where(message => !handled.Contains(message.MessageId)).ToLookup(message => message.OrderId);
        UnderWaySince = underWay.SelectMany(ofOrder => ofOrder).Select(message => (DateTimeOffset?)message.OccurredAt).Min();
        return doubts.Where(doubt => underWay.Contains(doubt.OrderId));
    }

    private List<(Guid OrderId, Finding Finding)> Doubtful(Doubt doubt) =>
        [.. _findings.Where(found => found.Finding.Doubt == doubt)];

    private IAsyncEnumerable<(OrderSide? Order, StockSide? Stock)> PairAsync(Guid[]? ids, CancellationToken cancellationToken) =>
        SortedPairs.JoinAsync(
            orders.StreamAsync(
                ids is null ? OrdersSql("") : OrdersSql("where orders.id = any(@ids)"), ids,
                row => new OrderSide(row.GetGuid(0), row.GetString(1), row.GetString(2), HashOrNull(row, 3)), cancellationToken),
            order => order.Id,
            products.StreamAsync(
                ids is null ? StockSql("", "") : StockSql("where order_id = any(@ids)", "and order_id = any(@ids)"), ids,
                row => new StockSide(row.GetGuid(0), row.IsDBNull(1) ? null : row.GetString(1), HashOrNull(row, 2), HashOrNull(row, 3)),
                cancellationToken),
            stock => stock.Id,
            cancellationToken);

    private static long? HashOrNull(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    // Instead of all products and quantities their hashes, joined by exclusive or: in whatever order they come, and without
    // sorting them. No product is twice in an order (I4 is about that), or it would cancel itself out.
    private static string OrdersSql(string where) =>
        $"""
        select orders.id, status, stock_state, bit_xor(uuid_hash_extended(product_id, quantity)) as items
        from orders left join order_items on order_id = orders.id {where}
        group by orders.id order by orders.id
        """;

    private static string StockSql(string where, string and) =>
        $"""
        select coalesce(stock.order_id, ledger.order_id) as id, state, sold, restored
        from (select order_id, state from order_stock {where}) as stock full join (
            select order_id,
                bit_xor(uuid_hash_extended(product_id, -delta)) filter (where kind = 'sale') as sold,
                bit_xor(uuid_hash_extended(product_id, delta)) filter (where kind = 'restore') as restored
            from stock_ledger where order_id is not null {and} group by order_id) as ledger on ledger.order_id = stock.order_id
        order by 1
        """;

    private sealed record OrderStatus(Guid Id, string Status);

    private sealed record Message(Guid MessageId, Guid OrderId, DateTime OccurredAt);
}
