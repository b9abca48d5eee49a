using GoCart.BuildingBlocks.Audit;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Users;
using GoCart.Users.Sessions;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace GoCart.Users.Accounts;

/// <summary>
/// Asks for the password once more before what a stolen access token must not be enough for. Counted like a sign-in: here, too,
/// nobody may try more than a few. Right ones are counted by the account, too: each costs a hash.
/// </summary>
internal sealed class OwnPassword(
    NpgsqlDataSource db, SignInThrottle throttle, PasswordCheckLimit limit, PasswordHasher passwords, TimeProvider clock)
{
    /// <returns>The account, or what to answer instead.</returns>
    public async Task<(Owner? Owner, ProblemHttpResult? Refusal)> CheckAsync(
        CurrentUser user, string password, HttpContext context, CancellationToken cancellationToken)
    {
        var client = ClientAddress.Of(context);
        var owner = await db.QuerySingleOrDefaultAsync<Owner>(
            """
            select id, email, role, version, password_hash, exists (
                select from known_addresses where user_id = id and address_hash = @addressHash) as is_known_here
            from users where id = @Id and disabled_at is null and erased_at is null
            """,
            new { user.Id, addressHash = new SignInAttempt("", client).AddressHash }, cancellationToken);
        if (owner is null)
            return (null, Problems.NoSuchAccount(context.Response));

        var attempt = owner.AttemptFrom(client);
        if (await throttle.ClosedForAsync(attempt, owner.IsKnownHere, cancellationToken) is { } closed)
            return await RefuseClosedAsync(closed);
        if (await limit.CountAsync(user.Id, cancellationToken) is { } wait)
            return (null, Problems.TooManyPasswordChecks(context.Response, wait));

        // No password is that long: it is not worth the work of a hash.
        var isRight = Password.LengthOf(password) <= Password.MaxLength
            ? await passwords.TryVerifyAsync(owner.PasswordHash, password, cancellationToken)
            : false;
        if (isRight is true)
        {
            // Other guesses may have closed the account while this password was being hashed.
            return await throttle.ClosedForAsync(attempt, owner.IsKnownHere, cancellationToken) is { } closedMeanwhile
                ? await RefuseClosedAsync(closedMeanwhile)
                : (owner, null);
        }
        if (isRight is null)
            return (null, Problems.TooManySignIns());

        return await throttle.CountFailureAsync(attempt, owner.IsKnownHere, cancellationToken) is { } closedSince
            ? await RefuseClosedAsync(closedSince)
            : await RefuseWrongAsync();

        async Task<(Owner?, ProblemHttpResult?)> RefuseWrongAsync()
        {
            await db.ExecuteAsync(
                AuditLog.InsertSql, new { Audit = Refused(AuditActions.SignInFailed, user, context).ToJson() }, cancellationToken);
            return (null, Problems.WrongPassword());
        }

        async Task<(Owner?, ProblemHttpResult?)> RefuseClosedAsync(TimeSpan closedFor)
        {
            await NoteClosedAsync(user, attempt, owner.IsKnownHere, context, cancellationToken);
            return (null, Problems.TooManyFailures(context.Response, closedFor));
        }
    }

    /// <summary>Notes that the account was closed to its owner, once for each closing.</summary>
    public Task NoteClosedAsync(
        CurrentUser user, SignInAttempt attempt, bool isKnownHere, HttpContext context, CancellationToken cancellationToken) =>
        throttle.NoteRefusalAsync(attempt, isKnownHere, Refused(AuditActions.SignInThrottled, user, context), cancellationToken);

    private AuditEntry Refused(string action, CurrentUser user, HttpContext context) =>
        AuditLog.Entry(context, clock.GetMicrosecondNow(), action, user, user.Id);

    /// <remarks>A class and not a record, so that no log can print the hash by printing the owner.</remarks>
    internal sealed class Owner
    {
        public Guid Id { get; init; }

        public string Email { get; init; } = "";

        public string Role { get; init; } = "";

        public long Version { get; init; }

        public string PasswordHash { get; init; } = "";

        /// <summary>Whether this account has signed in lately from where the request comes.</summary>
        public bool IsKnownHere { get; init; }

        public SignInAttempt AttemptFrom(ClientAddress client) => new(Email, client);
    }
}
