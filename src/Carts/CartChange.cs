using GoCart.BuildingBlocks.Database;
using Npgsql;

namespace GoCart.Carts;

/// <summary>
/// A change of a cart, begun: its row is locked, so that changes of one cart come one after another, and has its next version.
/// An operation that changes nothing after all leaves its transaction uncommitted.
/// </summary>
/// <param name="Version">The version the change leads to.</param>
/// <param name="UpdatedAt">As the cart will say; of two changes that lead to the same version, it tells which one was made.</param>
internal sealed record CartChange(Guid CartId, long Version, DateTimeOffset UpdatedAt)
{
    /// <summary>Null if the customer has no cart.</summary>
    public static Task<CartChange?> BeginAsync(
        NpgsqlTransaction tx, Guid userId, DateTimeOffset now, CancellationToken cancellationToken) =>
        tx.QuerySingleOrDefaultAsync<CartChange>(
            """
            update carts set version = version + 1, updated_at = @now
            where user_id = @userId
            returning id as cart_id, version, updated_at
            """,
            new { userId, now }, cancellationToken);

    /// <summary>Whether a change is made whose commit was not answered. One that is still under way is waited for.</summary>
    public async Task<bool> IsMadeAsync(NpgsqlDataSource db, Guid userId)
    {
        await using var connection = await db.ConnectAsync(CancellationToken.None);
        await using var tx = await connection.BeginTransactionAsync(CancellationToken.None);
        // The insert waits for a cart that is being made, the lock for one that is being changed. Both are rolled back.
        return await tx.QuerySingleAsync<bool>(
            """
            insert into carts (id, user_id, version, created_at, updated_at)
            values (gen_random_uuid(), @userId, 1, 'epoch', 'epoch')
            on conflict (user_id) do nothing;

            select version = @Version and updated_at = @UpdatedAt from carts where user_id = @userId for no key update;
            """,
            new { userId, Version, UpdatedAt }, CancellationToken.None);
    }

    /// <summary>Whether the request's <c>If-Match</c>, if there is one, names the cart as it was before this change.</summary>
    public bool IsAllowedBy(HttpRequest request) => CartETag.AllowsChange(request, Version - 1);
}
