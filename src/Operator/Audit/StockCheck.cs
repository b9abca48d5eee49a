using Npgsql;

namespace GoCart.Operator.Audit;

/// <summary>
/// Compares every order of the orders database with what products has of it: both lists are read sorted by id, side by side,
/// so that any number of orders fits. What may be work under way is looked at again before it is called broken.
/// </summary>
internal sealed class StockCheck(Snapshot orders, Snapshot products)
{
    private readonly List<(Guid OrderId, Finding Finding)> _findings = [];

    /// <summary>How many orders were compared.</summary>
    public long Count { get; private set; }

    /// <param name="lookAgain">A newer snapshot of the orders database; taken only if there is a doubt.</param>
    public async Task<IEnumerable<Violation>> RunAsync(
        Func<Task<Snapshot>> lookAgain, CancellationToken cancellationToken)
    {
        await foreach (var (order, stock) in PairAsync(cancellationToken))
        {
            Count++;
            foreach (var finding in StockRules.Check(order, stock))
                Add((order?.Id ?? stock?.Id ?? default, finding));
        }

        var excused = new HashSet<(Guid, Finding)>(
        [
            .. await ChangedSinceAsync(lookAgain, cancellationToken),
            .. await UnderWayAsync(cancellationToken),
        ]);
        return _findings.Where(found => !excused.Contains(found))
            .Select(found => new Violation(found.Finding.Invariant, "order", found.OrderId.ToString(), found.Finding.Detail));
    }

    // Doubts are bounded by what is under way at one moment; the rest need not all be named.
    private void Add((Guid OrderId, Finding Finding) found)
    {
        if (found.Finding.Doubt != Doubt.None || _findings.Count(other => other.Finding.Doubt == Doubt.None) < Snapshot.MaxRows)
            _findings.Add(found);
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

    /// <summary>The cancelled orders whose event products has not handled: the inbox row and the restored stock commit together.</summary>
    private async Task<IEnumerable<(Guid, Finding)>> UnderWayAsync(CancellationToken cancellationToken)
    {
        var doubts = Doubtful(Doubt.CancellationMayBeUnderWay);
        if (doubts.Count == 0)
            return [];

        var messages = await orders.QueryAsync<Message>(
            """
            select message_id, (body->>'order_id')::uuid as order_id from outbox
            where type = 'order.cancelled' and body->>'order_id' = any(@ids)
            """,
            new { ids = doubts.Select(doubt => doubt.OrderId.ToString()).ToArray() }, cancellationToken);
        var handled = (await products.QueryAsync<Guid>(
            "select message_id from inbox where message_id = any(@ids)",
            new { ids = messages.Select(message => message.MessageId).ToArray() }, cancellationToken)).ToHashSet();

        var underWay = messages.Where(message => !handled.Contains(message.MessageId)).Select(message => message.OrderId).ToHashSet();
        return doubts.Where(doubt => underWay.Contains(doubt.OrderId));
    }

    private List<(Guid OrderId, Finding Finding)> Doubtful(Doubt doubt) =>
        [.. _findings.Where(found => found.Finding.Doubt == doubt)];

    private IAsyncEnumerable<(OrderSide? Order, StockSide? Stock)> PairAsync(CancellationToken cancellationToken) =>
        SortedPairs.JoinAsync(
            orders.StreamAsync(
                OrdersSql, row => new OrderSide(row.GetGuid(0), row.GetString(1), row.GetString(2), IdOrNull(row, 3)), cancellationToken),
            order => order.Id,
            products.StreamAsync(
                StockSql,
                row => new StockSide(row.GetGuid(0), row.IsDBNull(1) ? null : row.GetString(1), IdOrNull(row, 2), IdOrNull(row, 3)),
                cancellationToken),
            stock => stock.Id,
            cancellationToken);

    private static Guid? IdOrNull(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetGuid(column);

    // A hash of products and quantities, in one order on both sides, instead of all of them.
    private const string OrdersSql =
        """
        select orders.id, status, stock_state,
            md5(string_agg(product_id || ' ' || quantity, ',' order by product_id))::uuid as items
        from orders left join order_items on order_id = orders.id
        group by orders.id order by orders.id
        """;

    private const string StockSql =
        """
        select coalesce(order_stock.order_id, ledger.order_id) as id, state, sold, restored
        from order_stock full join (
            select order_id,
                md5(string_agg(product_id || ' ' || -delta, ',' order by product_id) filter (where kind = 'sale'))::uuid as sold,
                md5(string_agg(product_id || ' ' || delta, ',' order by product_id) filter (where kind = 'restore'))::uuid as restored
            from stock_ledger where order_id is not null group by order_id) as ledger on ledger.order_id = order_stock.order_id
        order by 1
        """;

    private sealed record OrderStatus(Guid Id, string Status);

    private sealed record Message(Guid MessageId, Guid OrderId);
}
