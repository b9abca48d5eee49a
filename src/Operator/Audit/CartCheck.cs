using Npgsql;

namespace GoCart.Operator.Audit;

/// <summary>I10: compares the orders with what carts has taken out for them. Carts is read first: whatever it knows of, orders has.</summary>
/// <remarks>The items of an order have left their cart at last when order.created has been handled; until then it is under way.</remarks>
internal sealed class CartCheck(Snapshot carts, Snapshot orders, Scope scope)
{
    /// <summary>Since when the oldest order waits for its items to leave their cart; null if none does.</summary>
    public DateTimeOffset? UnderWaySince { get; private set; }

    public async Task<IReadOnlyList<Violation>> RunAsync(CancellationToken cancellationToken)
    {
        var ids = scope.Since is null ? null : await FindChangedAsync(cancellationToken);
        var violations = new List<Violation>();
        var lostOrders = await LostOrders.ReadAsync(orders, cancellationToken);
        await foreach (var (order, removed) in PairAsync(ids, cancellationToken))
        {
            if (order is null && removed is not null && lostOrders.Contains(removed.OrderId))
                continue;
            if (Fault(order, removed) is { } detail && violations.Count < Snapshot.MaxRows)
            {
                violations.Add(new(
                    "I10", "order", ((order ?? removed)?.OrderId ?? default).ToString(), detail,
                    (order, removed) switch
                    {
                        (null, _) => Remedy.WriteOffOrder,
                        (_, null) => Remedy.SendOrderCreated,
                        _ => Remedy.None,
                    }));
            }
        }
        return violations;
    }

    private string? Fault(CartOrder? order, CartOrder? removed)
    {
        switch (order, removed)
        {
            case (null, { } cart):
                return $"taken out of cart {cart.CartId}, and there is no such order";
            case ({ } lost, null) when lost.At < scope.LostBefore:
                return $"its items have not been taken out of cart {lost.CartId}";
            case ({ } waiting, null):
                UnderWaySince = UnderWaySince < waiting.At ? UnderWaySince : waiting.At;
                return null;
            case ({ } ordered, { } cart) when (ordered.CartId, ordered.Version) != (cart.CartId, cart.Version):
                return $"taken out of version {cart.Version} of cart {cart.CartId}, and ordered from version "
                    + $"{ordered.Version} of cart {ordered.CartId}";
            default:
                return null;
        }
    }

    private async Task<Guid[]> FindChangedAsync(CancellationToken cancellationToken)
    {
        var ordered = await orders.QueryAsync<Guid>("select id from orders where created_at >= @Since", scope.Parameters, cancellationToken);
        var removed = await carts.QueryAsync<Guid>(
            "select order_id from ordered_carts where removed_at >= @Since", scope.Parameters, cancellationToken);
        return [.. ordered.Union(removed)];
    }

    private IAsyncEnumerable<(CartOrder? Order, CartOrder? Removed)> PairAsync(Guid[]? ids, CancellationToken cancellationToken) =>
        SortedPairs.JoinAsync(
            orders.StreamAsync(
                $"select id, cart_id, cart_version, created_at from orders {(ids is null ? "" : "where id = any(@ids)")} order by id",
                ids, Read, cancellationToken),
            row => row.OrderId,
            carts.StreamAsync(
                $"""
                select order_id, cart_id, cart_version, removed_at
                from ordered_carts {(ids is null ? "" : "where order_id = any(@ids)")} order by order_id
                """,
                ids, Read, cancellationToken),
            row => row.OrderId, cancellationToken);

    private static CartOrder Read(NpgsqlDataReader row) =>
        new(row.GetGuid(0), row.GetGuid(1), row.GetInt64(2), row.GetFieldValue<DateTimeOffset>(3));

    /// <param name="At">When it was placed, or taken out.</param>
    private sealed record CartOrder(Guid OrderId, Guid CartId, long Version, DateTimeOffset At);
}
