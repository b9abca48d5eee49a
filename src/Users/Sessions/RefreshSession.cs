using GoCart.BuildingBlocks.Audit;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using GoCart.Contracts.Users;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GoCart.Users.Sessions;

/// <summary>POST /api/refresh: a new access token, and a new refresh token in place of the one that came.</summary>
/// <remarks>
/// A refresh token is used once. One that comes again was copied, and nobody can tell who is the thief: the session ends
/// (RFC 9700 §4.14.2). Only the token that was replaced last may come again for 10 s, because its answer may have got lost,
/// or two tabs asked at once: it is given the same successor again, so that there is never more than one live token.
/// Each new token is a row that stays for a month, so a session gets a few of them a minute and no more.
/// </remarks>
internal static partial class RefreshSession
{
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>In a minute that begins with the first: many tabs renew one session, and each at its start.</summary>
    public const int MostRenewals = 30;

    public static readonly TimeSpan RenewalWindow = TimeSpan.FromMinutes(1);

    public static async Task<Results<Ok<TokenResponse>, ProblemHttpResult>> Handle(
        HttpContext context,
        NpgsqlDataSource db,
        AccessTokenIssuer accessTokens,
        RefreshCookie cookie,
        IOptions<TokenOptions> options,
        TimeProvider clock,
        ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        if (RefreshCookie.Read(context.Request) is not { } token)
            return Problems.InvalidRefreshToken();

        var now = clock.GetMicrosecondNow();
        var (step, session, renewed) = await db.InTransactionAsync(
            tx => RenewAsync(tx, context, token, now, options.Value, cancellationToken), cancellationToken);
        Failpoint.Hit("refresh.after_commit");

        if (step == RefreshStep.EndSession)
            LogReuse(loggers.CreateLogger(typeof(RefreshSession)), session?.Id);
        if (step == RefreshStep.Wait)
            return Problems.TooManyRenewals(context.Response, session?.RenewalsBeganAt + RenewalWindow - now ?? RenewalWindow);
        if (renewed is null)
            return Problems.InvalidRefreshToken();

        cookie.Set(context.Response, renewed.Token, renewed.TokenExpiresAt - now);
        return TypedResults.Ok(accessTokens.Issue(renewed.UserId, renewed.Role, renewed.SessionId, now));
    }

    /// <summary>What a token is good for; the rule without the database, so that a unit test can state it.</summary>
    internal static RefreshStep StepFor(SessionRow session, TokenRow token, DateTimeOffset now)
    {
        if (session.EndedAt is not null || session.ExpiresAt <= now)
            return RefreshStep.Refuse;
        if (token.RetiredAt is not { } retiredAt)
        {
            if (token.ExpiresAt <= now)
                return RefreshStep.Refuse;
            return session.Renewals >= MostRenewals && session.RenewalsBeganAt > now - RenewalWindow
                ? RefreshStep.Wait
                : RefreshStep.Replace;
        }

        return token.SuccessorSalt is not null && now - retiredAt <= Grace ? RefreshStep.Repeat : RefreshStep.EndSession;
    }

    private static async Task<(RefreshStep Step, SessionRow? Session, Renewed? Renewed)> RenewAsync(
        NpgsqlTransaction tx, HttpContext context, RefreshToken token, DateTimeOffset now, TokenOptions options,
        CancellationToken cancellationToken)
    {
        // First the session's lock, then a look at its tokens: of two requests the second sees what the first did, and is counted
        // after it.
        var session = await tx.QuerySingleOrDefaultAsync<SessionRow>(
            """
            select sessions.id, user_id, role, expires_at, ended_at, renewals, renewals_began_at
            from sessions join users on users.id = user_id
            where sessions.id = (select session_id from refresh_tokens where token_hash = @Hash)
              and disabled_at is null and erased_at is null
            for update of sessions
            """,
            new { token.Hash }, cancellationToken);
        if (session is null)
            return (RefreshStep.Refuse, null, null);

        var row = await tx.QuerySingleOrDefaultAsync<TokenRow>(
            """
            select token.expires_at, token.retired_at, successor.salt as successor_salt, successor.expires_at as successor_expires_at
            from refresh_tokens token
            left join refresh_tokens successor
              on successor.session_id = token.session_id and successor.predecessor_hash = token.token_hash
            where token.token_hash = @Hash
            """,
            new { token.Hash }, cancellationToken);
        if (row is null)
            return (RefreshStep.Refuse, session, null);

        var step = StepFor(session, row, now);
        switch (step)
        {
            case RefreshStep.Replace:
                return (step, session, await ReplaceAsync(tx, session, token, now, options, cancellationToken));
            case RefreshStep.Repeat when row is { SuccessorSalt: { } salt, SuccessorExpiresAt: { } expiresAt }:
                return (step, session, new Renewed(session.Id, session.UserId, session.Role, token.Successor(salt), expiresAt));
            case RefreshStep.EndSession:
                await EndSession.ExecuteAsync(tx, session.Id, EndSession.TokenReused, now, cancellationToken);
                // Without an actor: it may be the owner, or who copied the token.
                await tx.AppendAsync(
                    AuditLog.Entry(context, now, AuditActions.RefreshTokenReused, actor: null, session.UserId), cancellationToken);
                return (step, session, null);
            default:
                return (step, session, null);
        }
    }

    private static async Task<Renewed> ReplaceAsync(
        NpgsqlTransaction tx,
        SessionRow session,
        RefreshToken token,
        DateTimeOffset now,
        TokenOptions options,
        CancellationToken cancellationToken)
    {
        var salt = RefreshToken.CreateSalt();
        var renewed = new Renewed(
            session.Id, session.UserId, session.Role, token.Successor(salt), options.RefreshTokenExpiry(now, session.ExpiresAt));

        // Two statements: the unique index lets the new token in only after the old one is retired.
        await tx.ExecuteAsync(
            """
            with counted as (
                update sessions
                set renewals = case when renewals_began_at > @over then renewals + 1 else 1 end,
                    renewals_began_at = case when renewals_began_at > @over then renewals_began_at else @now end
                where id = @Id)
            update refresh_tokens set retired_at = @now, predecessor_hash = null, salt = null where token_hash = @Hash
            """,
            new { now, over = now - RenewalWindow, session.Id, token.Hash }, cancellationToken);
        await tx.ExecuteAsync(
            """
            insert into refresh_tokens (token_hash, session_id, predecessor_hash, salt, issued_at, expires_at)
            values (@newHash, @Id, @oldHash, @salt, @now, @TokenExpiresAt)
            """,
            new { newHash = renewed.Token.Hash, session.Id, oldHash = token.Hash, salt, now, renewed.TokenExpiresAt },
            cancellationToken);
        return renewed;
    }

    /// <param name="Renewals">Since <paramref name="RenewalsBeganAt"/>.</param>
    internal sealed record SessionRow(
        Guid Id, Guid UserId, string Role, DateTimeOffset ExpiresAt, DateTimeOffset? EndedAt, int Renewals, DateTimeOffset? RenewalsBeganAt);

    /// <param name="SuccessorSalt">Null unless the live token is the direct successor of this one.</param>
    internal sealed record TokenRow(
        DateTimeOffset ExpiresAt, DateTimeOffset? RetiredAt, byte[]? SuccessorSalt, DateTimeOffset? SuccessorExpiresAt);

    private sealed record Renewed(Guid SessionId, Guid UserId, string Role, RefreshToken Token, DateTimeOffset TokenExpiresAt);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "A refresh token was used again after it had been replaced; its session {SessionId} was ended")]
    private static partial void LogReuse(ILogger logger, Guid? sessionId);
}

internal enum RefreshStep
{
    /// <summary>The token is unknown or expired, or its session is over.</summary>
    Refuse,

    /// <summary>The token is live.</summary>
    Replace,

    /// <summary>The token is live, and the session was renewed too often just now: nothing changes.</summary>
    Wait,

    /// <summary>The token was replaced just now: the same successor again.</summary>
    Repeat,

    /// <summary>The token was replaced before: a copy is in use.</summary>
    EndSession,
}
