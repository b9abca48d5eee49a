using System.Security.Cryptography;
using System.Text;
using GoCart.BuildingBlocks.Database;
using Npgsql;

namespace GoCart.Users.Sessions;

/// <summary>After 5 wrong passwords in a row an account is closed for 1, 2, 4 … 60 s after each further one.</summary>
/// <remarks>
/// Kept in the database, so that neither a restart nor another copy is a way around it. Whether an account is closed is
/// decided where a result is written down: of a hundred guesses sent at once, five learn whether they were right.
/// </remarks>
internal sealed class SignInThrottle(NpgsqlDataSource db, TimeProvider clock)
{
    /// <summary>An hour without another failure, and the account starts anew.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    /// <param name="email">Normalized; it need not belong to an account.</param>
    public static byte[] AccountOf(string email) => SHA256.HashData(Encoding.UTF8.GetBytes(email));

    /// <summary>How long the account stays closed, or null when it is open.</summary>
    public async Task<TimeSpan?> ClosedForAsync(byte[] account, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var until = await db.QuerySingleOrDefaultAsync<DateTimeOffset?>(BlockedUntil, new { account }, cancellationToken);
        return until > now ? until - now : null;
    }

    /// <summary>Counts a wrong password.</summary>
    /// <returns>Null, or how long the account stays closed: then the answer must not tell that the password was wrong.</returns>
    public async Task<TimeSpan?> CountFailureAsync(byte[] account, CancellationToken cancellationToken)
    {
        var counted = await db.ExecuteAsync(
            """
            insert into failed_sign_ins as account (account_hash, failures, last_failed_at) values (@account, 1, @now)
            on conflict (account_hash) do update
            set failures = account.failures + 1,
                last_failed_at = @now,
                blocked_until = case when account.failures + 1 >= 5
                    then @now + least(60, 2 ^ least(account.failures - 4, 6)) * interval '1 second' end
            where account.blocked_until is null or account.blocked_until <= @now
            """,
            new { account, now = clock.GetUtcNow() }, cancellationToken);
        return counted == 1 ? null : await ClosedForAsync(account, cancellationToken) ?? TimeSpan.FromSeconds(1);
    }

    /// <summary>Forgets the failures after a right password.</summary>
    /// <returns>Null, or how long the account stays closed: then the sign-in must not succeed.</returns>
    public async Task<TimeSpan?> ForgetFailuresAsync(NpgsqlTransaction tx, byte[] account, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await tx.ExecuteAsync(
            """
            delete from failed_sign_ins
            where account_hash = @account and (blocked_until is null or blocked_until <= @now)
            """,
            new { account, now }, cancellationToken);

        // Other guesses may have closed it while this password was being hashed.
        var until = await tx.QuerySingleOrDefaultAsync<DateTimeOffset?>(BlockedUntil, new { account }, cancellationToken);
        return until > now ? until - now : null;
    }

    private const string BlockedUntil = "select blocked_until from failed_sign_ins where account_hash = @account";
}
