using GoCart.BuildingBlocks.Database;
using Npgsql;

namespace GoCart.Users.Accounts;

/// <summary>
/// Bounds how often one account has its password checked while it is signed in, right or wrong, from wherever: a free account used
/// from many networks at once must not keep the hashing busy, which everybody needs to sign in.
/// </summary>
internal sealed class PasswordCheckLimit(NpgsqlDataSource db, TimeProvider clock)
{
    public const int Most = 10;

    /// <summary>A minute after the first check the count begins anew.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>Counts a check that is about to be made.</summary>
    /// <returns>Null, or how long to wait: then nothing was counted, and nothing may be checked.</returns>
    public async Task<TimeSpan?> CountAsync(Guid userId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (await db.ExecuteAsync(Count, new { userId, Most, now, over = now - Window }, cancellationToken) == 1)
            return null;

        var beganAt = await db.QuerySingleOrDefaultAsync<DateTimeOffset?>(
            "select began_at from password_checks where user_id = @userId", new { userId }, cancellationToken);
        return beganAt + Window - now ?? Window;
    }

    // One statement, so that of a hundred checks sent at once no more than permitted are counted. A refused one writes nothing.
    private const string Count =
        """
        insert into password_checks as known (user_id, count, began_at) values (@userId, 1, @now)
        on conflict (user_id) do update
        set count = case when known.began_at <= @over then 1 else known.count + 1 end,
            began_at = case when known.began_at <= @over then @now else known.began_at end
        where known.count < @Most or known.began_at <= @over
        """;
}
