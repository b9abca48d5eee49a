using GoCart.BuildingBlocks.Audit;
using GoCart.BuildingBlocks.Database;
using GoCart.Contracts.Users;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GoCart.Users.Sessions;

/// <summary>Bounds how many passwords can be guessed, without letting a guesser lock the owner out: docs/decisions/0019.</summary>
/// <remarks>
/// <para>
/// After 5 wrong passwords in a row an account is closed, at the address they came from, for 1, 2, 4 … 60 s after each further
/// one. Beyond 50, of which one is forgotten a minute, it is closed for 60 s at all addresses it has not signed in from lately;
/// so is an address, whatever accounts it tries, for those that have not signed in from there.
/// </para>
/// <para>
/// Kept in the database, so that neither a restart nor another copy is a way around it. Whether a sign-in is closed is decided
/// where a result is written down: of a hundred guesses sent at once, five learn whether they were right.
/// </para>
/// </remarks>
internal sealed class SignInThrottle(
    NpgsqlDataSource db, TimeProvider clock, IOptions<AddressLimitOptions> options)
{
    /// <summary>An hour without another failure, and the count starts anew.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private readonly bool _exemptLoopback = options.Value.ExemptLoopback;

    /// <summary>How long this sign-in has to wait, or null when it may be tried.</summary>
    public async Task<TimeSpan?> ClosedForAsync(SignInAttempt attempt, bool isKnownHere, CancellationToken cancellationToken) =>
        WaitUntil(await db.QuerySingleOrDefaultAsync<DateTimeOffset?>(
            ClosedUntil, new { keys = KeysOf(attempt, isKnownHere) }, cancellationToken));

    /// <summary>Counts a wrong password.</summary>
    /// <returns>Null, or how long to wait: then the answer must not tell that the password was wrong.</returns>
    public async Task<TimeSpan?> CountFailureAsync(SignInAttempt attempt, bool isKnownHere, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var counted = await db.ExecuteAsync(
            """
            insert into sign_in_failures as counted (key, kind, failures, last_failed_at)
            values (@AccountAtAddress, 'account_at_address', 1, @now)
            on conflict (key) do update
            set failures = counted.failures + 1,
                last_failed_at = @now,
                closed_until = case when counted.failures + 1 >= 5
                    then @now + least(60, 2 ^ least(counted.failures - 4, 6)) * interval '1 second' end
            where counted.closed_until is null or counted.closed_until <= @now
            """,
            new { attempt.AccountAtAddress, now }, cancellationToken);

        if (counted == 1 && !isKnownHere)
        {
            // In the order of the keys: two attempts that count for the same two rows wait for each other, never deadlock.
            var keys = BroadKeysOf(attempt);
            counted = await db.ExecuteAsync(
                """
                insert into sign_in_failures as counted (key, kind, failures, last_failed_at)
                select key, kind, 1, @now from unnest(@keys, @kinds) as attempt (key, kind) order by key
                on conflict (key) do update
                set failures = greatest(0, counted.failures - trunc(extract(epoch from @now - counted.last_failed_at) / 60)::int) + 1,
                    last_failed_at = @now,
                    closed_until = case
                        when counted.failures - trunc(extract(epoch from @now - counted.last_failed_at) / 60)::int + 1 >= 50
                        then @now + interval '60 seconds' end
                where counted.closed_until is null or counted.closed_until <= @now
                """,
                new
                {
                    keys = keys.Select(key => key.Key).ToArray(),
                    kinds = keys.Select(key => key.Kind).ToArray(),
                    now,
                },
                cancellationToken) == keys.Length ? 1 : 0;
        }

        return counted == 1 ? null : await ClosedForAsync(attempt, isKnownHere, cancellationToken) ?? TimeSpan.FromSeconds(1);
    }

    /// <summary>
    /// Notes that somebody was refused because it is closed, once for each closing: who goes on trying writes nothing more.
    /// </summary>
    public Task NoteRefusalAsync(SignInAttempt attempt, bool isKnownHere, AuditEntry entry, CancellationToken cancellationToken) =>
        db.ExecuteAsync(
            NoteRefusal,
            new { keys = KeysOf(attempt, isKnownHere), now = clock.GetUtcNow(), Audit = entry.ToJson() }, cancellationToken);

    /// <summary>After a right password, forgets the account's failures at this address, which it is known at from now on.</summary>
    /// <returns>Null, or how long to wait: then the sign-in must not succeed.</returns>
    public async Task<TimeSpan?> AcceptAsync(
        NpgsqlTransaction tx, SignInAttempt attempt, Guid userId, bool isKnownHere, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await tx.ExecuteAsync(
            """
            delete from sign_in_failures
            where key = @AccountAtAddress and (closed_until is null or closed_until <= @now)
            """,
            new { attempt.AccountAtAddress, now }, cancellationToken);

        // Other guesses may have closed it while this password was being hashed.
        var wait = WaitUntil(await tx.QuerySingleOrDefaultAsync<DateTimeOffset?>(
            ClosedUntil, new { keys = KeysOf(attempt, isKnownHere) }, cancellationToken));
        if (wait is null)
            await tx.ExecuteAsync(KnowAddress, new { userId, attempt.AddressHash, now }, cancellationToken);
        return wait;
    }

    /// <summary>Forgets an account that is there no more; what was counted at other addresses goes within an hour.</summary>
    public static Task ForgetAsync(NpgsqlTransaction tx, SignInAttempt attempt, Guid userId, CancellationToken cancellationToken) =>
        tx.ExecuteAsync(
            """
            with failures as (delete from sign_in_failures where key in (@Account, @AccountAtAddress))
            delete from known_addresses where user_id = @userId
            """,
            new { attempt.Account, attempt.AccountAtAddress, userId }, cancellationToken);

    private TimeSpan? WaitUntil(DateTimeOffset? closedUntil)
    {
        var now = clock.GetUtcNow();
        return closedUntil > now ? closedUntil - now : null;
    }

    private byte[][] KeysOf(SignInAttempt attempt, bool isKnownHere) => isKnownHere
        ? [attempt.AccountAtAddress]
        : [attempt.AccountAtAddress, .. BroadKeysOf(attempt).Select(key => key.Key)];

    private (byte[] Key, string Kind)[] BroadKeysOf(SignInAttempt attempt) => _exemptLoopback && attempt.IsFromThisMachine
        ? [(attempt.Account, "account")]
        : [(attempt.Account, "account"), (attempt.AddressHash, "address")];

    private const string ClosedUntil = "select max(closed_until) from sign_in_failures where key = any(@keys)";

    // Of two refused at once the second waits for the row, and finds it noted. Locked in the order of the keys, as elsewhere.
    private const string NoteRefusal =
        $"""
        with closed as (
            select key from sign_in_failures
            where key = any(@keys) and closed_until > @now and noted_until is distinct from closed_until
            order by key for update),
        noted as (
            update sign_in_failures set noted_until = closed_until where key in (select key from closed)
            returning 1)
        {AuditLog.InsertSql} where exists (select from noted)
        """;

    // Not written anew at each sign-in of somebody who signs in a hundred times a day.
    private const string KnowAddress =
        """
        insert into known_addresses as known (user_id, address_hash, last_sign_in_at) values (@userId, @AddressHash, @now)
        on conflict (user_id, address_hash) do update set last_sign_in_at = @now
        where known.last_sign_in_at < @now - interval '1 day'
        """;
}
