using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace GoCart.Carts;

/// <summary>DELETE /api/cart: takes everything out of the cart. Needs no other service.</summary>
internal static class ClearCart
{
    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        CurrentUser user, HttpRequest http, NpgsqlDataSource db, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var connection = await db.ConnectAsync(cancellationToken);
        await using var tx = await connection.BeginTransactionAsync(cancellationToken);

        var change = await CartChange.BeginAsync(tx, user.Id, clock.GetUtcNow(), cancellationToken);
        var isAllowed = change?.IsAllowedBy(http) ?? CartETag.AllowsChange(http, CartETag.NoCart);
        if (!isAllowed)
            return Problems.PreconditionFailed();

        // A cart that was empty keeps its version: nothing has changed.
        if (change is not null && await DeleteAsync(tx, change.CartId, cancellationToken) > 0)
            await tx.CommitConfirmedAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    private static Task<int> DeleteAsync(NpgsqlTransaction tx, Guid cartId, CancellationToken cancellationToken) =>
        tx.ExecuteAsync("delete from cart_items where cart_id = @cartId", new { cartId }, cancellationToken);
}
