namespace GoCart.Operator.Audit;

/// <summary>I10: compares the orders with what carts has taken out for them. Carts is read first: whatever it knows of, orders has.</summary>
internal static class CartCheck
{
    /// <param name="settled">Also demands that the items of every order have left their cart by now.</param>
    public static async Task<IReadOnlyList<Violation>> RunAsync(
        Snapshot carts, Snapshot orders, bool settled, CancellationToken cancellationToken)
    {
        var violations = new List<Violation>();
        var pairs = SortedPairs.JoinAsync(
            orders.StreamAsync("select id, cart_id, cart_version from orders order by id", Read, cancellationToken), row => row.OrderId,
            carts.StreamAsync("select order_id, cart_id, cart_version from ordered_carts order by order_id", Read, cancellationToken),
            row => row.OrderId, cancellationToken);

        await foreach (var (ordered, removed) in pairs)
        {
            var detail = (ordered, removed) switch
            {
                (null, { } cart) => $"taken out of cart {cart.CartId}, and there is no such order",
                ({ } order, null) when settled => $"its items have not been taken out of cart {order.CartId}",
                ({ } order, { } cart) when order != cart =>
                    $"taken out of version {cart.Version} of cart {cart.CartId}, and ordered from version {order.Version} of cart {order.CartId}",
                _ => null,
            };
            if (detail is not null && violations.Count < Snapshot.MaxRows)
                violations.Add(new("I10", "order", ((ordered ?? removed)?.OrderId ?? default).ToString(), detail));
        }
        return violations;
    }

    private static CartOrder Read(Npgsql.NpgsqlDataReader row) => new(row.GetGuid(0), row.GetGuid(1), row.GetInt64(2));

    private sealed record CartOrder(Guid OrderId, Guid CartId, long Version);
}
