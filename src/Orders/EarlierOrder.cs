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
    /// The order of this very version of the cart if there is one, else the order whose items should have been taken out of it
    /// next, else null.
    /// </summary>
    public static async Task<EarlierOrder?> FindAsync(
        NpgsqlDataSource db, Guid userId, Guid cartId, CartContents cart, CancellationToken cancellationToken)
    {
        var found = await db.QuerySingleOrDefaultAsync<Row>(
            """
            select id, cart_version from orders
            where user_id = @userId and cart_id = @cartId
                and (cart_version = @Version or cart_ordered_version = @OrderedVersion)
            order by cart_version = @Version desc limit 1
            """,
            new { userId, cartId, cart.Version, cart.OrderedVersion }, cancellationToken);

        return found is not null && await OrderRow.FindAsync(db, found.Id, userId, cancellationToken) is { } order
            ? new(order, cartId, found.CartVersion)
            : null;
    }

    private sealed record Row(Guid Id, long CartVersion);
}
