using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace GoCart.Carts;

/// <summary>DELETE /api/cart/items/{id}: takes an item out of the cart. Needs no other service.</summary>
internal static class RemoveItem
{
    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        string id, CurrentUser user, HttpRequest http,
        NpgsqlDataSource db, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!RouteId.TryParse(id, out var itemId))
            return Problems.CartItemNotFound();

        await using var connection = await db.ConnectAsync(cancellationToken);
        await using var tx = await connection.BeginTransactionAsync(cancellationToken);

        if (await CartChange.BeginAsync(tx, user.Id, clock.GetUtcNow(), cancellationToken) is not { } change
            || await DeleteAsync(tx, change.CartId, itemId, cancellationToken) == 0)
            return Problems.CartItemNotFound();
        if (!change.IsAllowedBy(http))
            return Problems.PreconditionFailed();

        await tx.CommitConfirmedAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    private static Task<int> DeleteAsync(
        NpgsqlTransaction tx, Guid cartId, Guid itemId, CancellationToken cancellationToken) =>
        tx.ExecuteAsync(
            "delete from cart_items where id = @itemId and cart_id = @cartId",
            new { cartId, itemId }, cancellationToken);
}
