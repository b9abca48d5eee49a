using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using GoCart.Users.Accounts;
using Npgsql;

namespace GoCart.Users.Sessions;

/// <summary>Removes what is over, a few rows at a time, so that it never holds up a sign-in.</summary>
internal sealed class SessionCleaner(NpgsqlDataSource db, TimeProvider clock, ILogger<SessionCleaner> logger)
    : RecurringWork(TimeSpan.FromMinutes(5), clock, logger)
{
    private const int BatchSize = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // For whoever wants to know why a session ended; its access tokens have expired long before.
    private static readonly TimeSpan Retention = TimeSpan.FromDays(1);

    /// <summary>An owner who has not signed in from an address for so long is a stranger there again.</summary>
    private static readonly TimeSpan AddressMemory = TimeSpan.FromDays(90);

    private readonly TimeProvider _clock = clock;

    /// <summary>One batch of everything.</summary>
    /// <returns>Whether there may be more.</returns>
    internal async Task<bool> CleanBatchAsync(CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        var parameters = new
        {
            now,
            over = now - Retention,
            forgotten = now - SignInThrottle.Memory,
            stranger = now - AddressMemory,
            counted = now - RegistrationLimit.Window,
            checkedLast = now - PasswordCheckLimit.Window,
            BatchSize,
        };
        var isMore = false;
        foreach (var statement in Statements)
            isMore |= await db.ExecuteAsync(statement, parameters, cancellationToken) == BatchSize;
        return isMore;
    }

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await CleanBatchAsync(cancellationToken))
            await Task.Delay(Pause, _clock, cancellationToken);
    }

    // Tokens leave before their session: there may be thousands of them, too many for one cascade.
    // The arrays make each inner select run once, by an index, and the scalar subquery looks for one session's tokens at a time:
    // "in" and "not exists" may become joins that read the whole table.
    private static readonly string[] Statements =
    [
        """
        delete from refresh_tokens where token_hash = any(array(
            select token_hash from refresh_tokens
            where expires_at < @now
            order by expires_at limit @BatchSize for update skip locked))
        """,
        """
        delete from refresh_tokens where token_hash = any(array(
            select token_hash from refresh_tokens
            where session_id = any(array(
                select id from sessions where coalesce(ended_at, expires_at) < @over
                order by coalesce(ended_at, expires_at) limit @BatchSize))
            limit @BatchSize for update skip locked))
        """,
        """
        delete from sessions where id = any(array(
            select id from sessions
            where coalesce(ended_at, expires_at) < @over
              and (select token_hash from refresh_tokens where session_id = sessions.id limit 1) is null
            order by coalesce(ended_at, expires_at) limit @BatchSize for update skip locked))
        """,
        """
        delete from sign_in_failures where key = any(array(
            select key from sign_in_failures
            where last_failed_at < @forgotten
            order by last_failed_at limit @BatchSize for update skip locked))
        """,
        """
        delete from known_addresses where ctid = any(array(
            select ctid from known_addresses
            where last_sign_in_at < @stranger
            order by last_sign_in_at limit @BatchSize for update skip locked))
        """,
        """
        delete from registration_counts where address_hash = any(array(
            select address_hash from registration_counts
            where began_at < @counted
            order by began_at limit @BatchSize for update skip locked))
        """,
        """
        delete from password_checks where user_id = any(array(
            select user_id from password_checks
            where began_at < @checkedLast
            order by began_at limit @BatchSize for update skip locked))
        """,
        // Of the release before: nothing is written there any more.
        """
        delete from failed_sign_ins where account_hash = any(array(
            select account_hash from failed_sign_ins
            where last_failed_at < @forgotten
            order by last_failed_at limit @BatchSize for update skip locked))
        """,
    ];
}
