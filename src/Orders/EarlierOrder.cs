using GoCart.BuildingBlocks.Database;
using GoCart.Contracts.Carts;
using GoCart.Contracts.Orders;
using Npgsql;

namespace GoCart.Orders;

/// <summary>An order that was made of a cart, and that the cart does not know of.</summary>
internal sealed record EarlierOrder(OrderResponse Order, Guid CartId, long CartVersion)
{
    public OrderedContents Ordered => new(CartId, CartVersion, Order.Id, OrderedItems.Of(Order));

    /// <summary>
    /// Whether it is the cart as it is now that was ordered. The same version with other contents means that carts was restored
    /// from a backup and counts again where it had been before; clearing the cart of its orders, one by one, ends that.
    /// </summary>
    public bool IsOf(CartContents cart) =>
        CartVersion == cart.Version
        && Order.Items.Select(item => (item.ProductId, item.Quantity)).ToHashSet()
            .SetEquals(cart.Items.Select(item => (item.ProductId, item.Quantity)));

    /// <summary>
    /// The order of this very cart if there is one, else the order whose items should have been taken out of it next, else
    /// null.
    /// </summary>
    public static async Task<EarlierOrder?> FindAsync(
        NpgsqlDataSource db, Guid userId, Guid cartId, CartContents cart, CancellationToken cancellationToken)
    {
        var found = await db.QueryAsync<Row>(
            $"""
            select id, cart_version from orders
            where user_id = @userId and cart_id = @cartId
                and (cart_version = @Version or cart_ordered_version = @OrderedVersion)
                and {Standby.HasItSql}
            order by cart_ordered_version = @OrderedVersion desc
            """,
            new { userId, cartId, cart.Version, cart.OrderedVersion }, cancellationToken);

        var earlier = new List<EarlierOrder>();
        foreach (var row in found)
        {
            if (await OrderRow.FindAsync(db, row.Id, userId, cancellationToken) is { } order)
                earlier.Add(new(order, cartId, row.CartVersion));
        }
        return earlier.Find(order => order.IsOf(cart)) ?? earlier.FirstOrDefault();
    }

    private sealed record Row(Guid Id, long CartVersion);
}
