using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Carts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GoCart.Carts;

/// <summary>GET /api/cart: the cart at today's prices.</summary>
internal static class GetCart
{
    public static async Task<Results<Ok<CartResponse>, StatusCodeHttpResult>> Handle(
        CurrentUser user, HttpContext http, NpgsqlDataSource db, ProductsClient products,
        IOptions<StoreOptions> store, CancellationToken cancellationToken)
    {
        var rows = await FindAsync(db, user.Id, cancellationToken);
        var items = rows.Select(row => row.Item).OfType<CartItem>().ToList();
        var onSale = await products.FindAsync(user, [.. items.Select(item => item.ProductId)], cancellationToken);

        var shown = items.ConvertAll(item => item.At(onSale.GetValueOrDefault(item.ProductId)));
        // Prices are products' to tell, and so is what they are in; the setting is for a cart that has none.
        var currency = onSale.Values.FirstOrDefault()?.Currency ?? store.Value.Currency;
        var cart = rows is [var row, ..]
            ? new CartResponse(row.CartId, row.Version, shown, Total(shown), currency, row.UpdatedAt)
            : new CartResponse(null, CartETag.NoCart, [], 0, currency, null);

        var etag = CartETag.For(cart);
        http.Response.Headers.ETag = etag;
        return ETags.IsNotModified(http.Request, etag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(cart);
    }

    private static long Total(List<CartItemResponse> items) =>
        items.Aggregate(0L, (total, item) => checked(total + item.LineTotalCents));

    /// <summary>One statement, so that version and items belong together. Oldest item first.</summary>
    private static Task<List<Row>> FindAsync(NpgsqlDataSource db, Guid userId, CancellationToken cancellationToken) =>
        db.QueryAsync<Row>(
            """
            select carts.id as cart_id, carts.version, carts.updated_at,
                items.id as item_id, items.product_id, items.name, items.quantity, items.price_cents
            from carts left join cart_items items on items.cart_id = carts.id
            where carts.user_id = @userId
            order by items.created_version
            """,
            new { userId }, cancellationToken);

    /// <summary>A cart with one of its items, or without any.</summary>
    private sealed record Row(
        Guid CartId, long Version, DateTimeOffset UpdatedAt,
        Guid? ItemId, Guid? ProductId, string? Name, int? Quantity, long? PriceCents)
    {
        public CartItem? Item =>
            this is { ItemId: { } id, ProductId: { } productId, Name: { } name, Quantity: { } quantity, PriceCents: { } priceCents }
                ? new(id, productId, name, quantity, priceCents)
                : null;
    }
}
