using System.ComponentModel.DataAnnotations;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Carts;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace GoCart.Carts;

/// <param name="Quantity">How many the cart shall hold, 1 to 999.</param>
public sealed record ChangeQuantityRequest(
    [property: Range(1, CartRules.MaxQuantity)] int Quantity) : IRequestBody<ChangeQuantityRequest>;

/// <summary>PATCH /api/cart/items/{id}: sets how many of a product the cart holds.</summary>
internal static class ChangeQuantity
{
    public static async Task<Results<Ok<CartItemResponse>, ProblemHttpResult>> Handle(
        string id, ChangeQuantityRequest request, CurrentUser user, HttpRequest http,
        NpgsqlDataSource db, ProductsClient products, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!RouteId.TryParse(id, out var itemId)
            || await FindProductAsync(db, itemId, user.Id, cancellationToken) is not { } productId)
            return Problems.CartItemNotFound();

        var onSale = await products.FindAsync(user, [productId], cancellationToken);
        var product = onSale.GetValueOrDefault(productId);

        await using var connection = await db.ConnectAsync(cancellationToken);
        await using var tx = await connection.BeginTransactionAsync(cancellationToken);

        // The item may have gone while products was asked; no cart at all means the same.
        if (await CartChange.BeginAsync(tx, user.Id, clock.GetUtcNow(), cancellationToken) is not { } change
            || await UpdateAsync(tx, change.CartId, itemId, request.Quantity, cancellationToken) is not { } item)
            return Problems.CartItemNotFound();
        if (!change.IsAllowedBy(http))
            return Problems.PreconditionFailed();
        if (product is null || product.Stock < request.Quantity)
            return Problems.InsufficientStock(productId, request.Quantity, product?.Stock ?? 0);

        await tx.CommitConfirmedAsync(cancellationToken);
        return TypedResults.Ok(item.At(product));
    }

    private static Task<Guid?> FindProductAsync(
        NpgsqlDataSource db, Guid itemId, Guid userId, CancellationToken cancellationToken) =>
        db.QuerySingleOrDefaultAsync<Guid?>(
            """
            select product_id from cart_items
            join carts on carts.id = cart_items.cart_id
            where cart_items.id = @itemId and carts.user_id = @userId
            """,
            new { itemId, userId }, cancellationToken);

    private static Task<CartItem?> UpdateAsync(
        NpgsqlTransaction tx, Guid cartId, Guid itemId, int quantity, CancellationToken cancellationToken) =>
        tx.QuerySingleOrDefaultAsync<CartItem>(
            """
            update cart_items set quantity = @quantity
            where id = @itemId and cart_id = @cartId
            returning id, product_id, name, quantity, price_cents
            """,
            new { cartId, itemId, quantity }, cancellationToken);
}
