using System.ComponentModel.DataAnnotations;
using GoCart.BuildingBlocks.Audit;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Users;
using GoCart.Users.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GoCart.Users.Sessions;

/// <param name="Email">As on registration; the case of ASCII letters does not matter.</param>
/// <param name="Password">Compared exactly, character by character.</param>
public sealed record LogInRequest(
    [Required] string Email,
    [MinLength(1)] string Password) : IRequestBody<LogInRequest>
{
    /// <summary>No log can print the password by printing the request.</summary>
    public override string ToString() => nameof(LogInRequest);
}

/// <summary>POST /api/login: a session for whoever knows the password.</summary>
/// <remarks>
/// Unknown e-mail and wrong password take the same steps, so that neither the answer nor its time tells which it was.
/// </remarks>
internal static partial class LogIn
{
    public static async Task<Results<Ok<LoginResponse>, ProblemHttpResult>> Handle(
        LogInRequest request,
        ClientAddress client,
        HttpContext context,
        NpgsqlDataSource db,
        SignInThrottle throttle,
        PasswordHasher passwords,
        AccessTokenIssuer accessTokens,
        RefreshCookie cookie,
        IOptions<TokenOptions> options,
        TimeProvider clock,
        ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        var email = EmailAddress.Normalize(request.Email);
        var attempt = new SignInAttempt(email, client);
        var user = await FindAsync(db, email, attempt, cancellationToken);
        var isKnownHere = user?.IsKnownHere is true;
        if (await throttle.ClosedForAsync(attempt, isKnownHere, cancellationToken) is { } closed)
            return await RefuseClosedAsync(closed);

        // No password is that long: it is not worth the work of a hash.
        var isRight = Password.LengthOf(request.Password) <= Password.MaxLength
            ? await passwords.TryVerifyAsync(user?.PasswordHash, request.Password, cancellationToken)
            : false;
        if (isRight is null)
            return Problems.TooManySignIns();

        if (user is null || isRight is false)
        {
            return await throttle.CountFailureAsync(attempt, isKnownHere, cancellationToken) is { } closedSince
                ? await RefuseClosedAsync(closedSince)
                : await RefuseAsync(Problems.InvalidCredentials());
        }

        var session = NewSession.Start(user.Id, clock.GetUtcNow(), options.Value);
        var (closedMeanwhile, isStored) = await db.InTransactionAsync(
            async tx =>
            {
                if (await throttle.AcceptAsync(tx, attempt, user.Id, isKnownHere, cancellationToken) is { } wait)
                    return (wait, false);
                if (!await session.TryInsertAsync(tx, user.Version, client.ToString(), cancellationToken))
                    return ((TimeSpan?)null, false);

                await tx.AppendAsync(SignedIn(context, session, user), cancellationToken);
                return (null, true);
            },
            cancellationToken);
        if (closedMeanwhile is { } stillClosed)
            return await RefuseClosedAsync(stillClosed);
        if (!isStored)
        {
            return user.IsDisabled
                ? await RefuseAsync(Problems.AccountDisabled())
                : Problems.AccountChanged();
        }

        if (PasswordHash.IsOutdated(user.PasswordHash))
            await RehashAsync(db, passwords, user, request.Password, loggers.CreateLogger(typeof(LogIn)));

        cookie.Set(context.Response, session.Token, session.TokenExpiresAt - session.StartedAt);
        var token = accessTokens.Issue(user.Id, user.Role, session.Id, session.StartedAt);
        return TypedResults.Ok(new LoginResponse(
            new UserResponse(user.Id, user.Email, user.Role, user.CreatedAt, user.UpdatedAt),
            token.Token, token.TokenType, token.ExpiresIn));

        // For an unknown e-mail, too: a row more or less would be a difference in time.
        async Task<ProblemHttpResult> RefuseAsync(ProblemHttpResult refusal)
        {
            await db.ExecuteAsync(AuditLog.InsertSql, new { Audit = Refused(AuditActions.SignInFailed).ToJson() }, cancellationToken);
            return refusal;
        }

        async Task<ProblemHttpResult> RefuseClosedAsync(TimeSpan wait)
        {
            await throttle.NoteRefusalAsync(attempt, isKnownHere, Refused(AuditActions.SignInThrottled), cancellationToken);
            return Problems.TooManyFailures(context.Response, wait);
        }

        AuditEntry Refused(string action) => AuditLog.Entry(context, clock.GetMicrosecondNow(), action, actor: null, user?.Id);
    }

    private static AuditEntry SignedIn(HttpContext context, NewSession session, User user) =>
        AuditLog.Entry(context, session.StartedAt, AuditActions.SignInSucceeded, actor: null, user.Id) with
        {
            ActorId = user.Id,
            ActorRole = user.Role,
        };

    private static Task<User?> FindAsync(
        NpgsqlDataSource db, string email, SignInAttempt attempt, CancellationToken cancellationToken) =>
        db.QuerySingleOrDefaultAsync<User>(
            """
            select id, email, role, created_at, updated_at, password_hash, version, disabled_at is not null as is_disabled, exists (
                select from known_addresses where user_id = id and address_hash = @AddressHash) as is_known_here
            from users where email = @email and erased_at is null
            """,
            new { email, attempt.AddressHash }, cancellationToken);

    /// <summary>
    /// The only moment at which a password can be hashed with today's parameters. If it is busy or fails, the next one will do:
    /// the session is there, and its owner must get it.
    /// </summary>
    private static async Task RehashAsync(NpgsqlDataSource db, PasswordHasher passwords, User user, string password, ILogger logger)
    {
        if (await passwords.TryHashAsync(password, CancellationToken.None) is not { } newHash)
            return;

        try
        {
            await db.ExecuteAsync(
                "update users set password_hash = @newHash where id = @Id and password_hash = @PasswordHash",
                new { newHash, user.Id, user.PasswordHash }, CancellationToken.None);
        }
        catch (NpgsqlException e)
        {
            LogRehashFailed(logger, user.Id, e.Message);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The password of user {UserId} keeps its outdated hash until the next sign-in, which was to renew it: {Reason}")]
    private static partial void LogRehashFailed(ILogger logger, Guid userId, string reason);

    /// <remarks>A class and not a record, so that no log can print the hash by printing the user.</remarks>
    private sealed class User
    {
        public Guid Id { get; init; }

        public string Email { get; init; } = "";

        public string Role { get; init; } = "";

        public DateTimeOffset CreatedAt { get; init; }

        public DateTimeOffset UpdatedAt { get; init; }

        public string PasswordHash { get; init; } = "";

        /// <summary>Whether this account has signed in lately from where the request comes.</summary>
        public bool IsKnownHere { get; init; }

        public long Version { get; init; }

        public bool IsDisabled { get; init; }
    }
}
