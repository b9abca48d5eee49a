using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.Contracts.Carts;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace GoCart.Carts;

/// <summary>GET /internal/cart: what orders needs to know to make an order of the cart; it asks products for the prices itself.</summary>
internal static class GetContents
{
    public static async Task<Ok<CartContents>> Handle(
        CurrentUser user, NpgsqlDataSource db, CancellationToken cancellationToken)
    {
        var rows = await db.QueryAsync<Row>(
            """
            select carts.id as cart_id, carts.version, carts.ordered_version, items.product_id, items.quantity
            from carts left join cart_items items on items.cart_id = carts.id
            where carts.user_id = @Id
            order by items.created_version
            """,
            new { user.Id }, cancellationToken);

        return TypedResults.Ok(rows is [var cart, ..]
            ? new CartContents(cart.CartId, cart.Version, cart.OrderedVersion, [.. rows.Select(row => row.Item).OfType<CartContentsItem>()])
            : new CartContents(null, CartETag.NoCart, 0, []));
    }

    /// <summary>A cart with one of its items, or without any.</summary>
    private sealed record Row(Guid CartId, long Version, long OrderedVersion, Guid? ProductId, int? Quantity)
    {
        public CartContentsItem? Item => this is { ProductId: { } productId, Quantity: { } quantity } ? new(productId, quantity) : null;
    }
}
