using GoCart.BuildingBlocks.Audit;
using GoCart.BuildingBlocks.Database;
using GoCart.Contracts.Users;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace GoCart.Users.Sessions;

/// <summary>POST /api/revoke: signs out. Every token the session ever had will do; without one there is nothing to end.</summary>
internal static class RevokeSession
{
    public static async Task<NoContent> Handle(
        HttpContext context, NpgsqlDataSource db, RefreshCookie cookie, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (RefreshCookie.Read(context.Request) is { } token)
            await EndAsync(context, db, token, clock.GetMicrosecondNow(), cancellationToken);

        cookie.Clear(context.Response);
        return TypedResults.NoContent();
    }

    private static async Task EndAsync(
        HttpContext context, NpgsqlDataSource db, RefreshToken token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var session = await db.QuerySingleOrDefaultAsync<SessionRow>(
            """
            select sessions.id, user_id, role
            from refresh_tokens join sessions on sessions.id = session_id join users on users.id = user_id
            where token_hash = @Hash
            """,
            new { token.Hash }, cancellationToken);
        if (session is null)
            return;

        await db.InTransactionAsync(
            async tx =>
            {
                var ended = await EndSession.ExecuteAsync(tx, session.Id, EndSession.SignedOut, now, cancellationToken);
                if (ended > 0)
                    await tx.AppendAsync(Entry(), cancellationToken);
            },
            cancellationToken);

        // Who has a token of the session is taken for its owner, here as everywhere.
        AuditEntry Entry() =>
            AuditLog.Entry(
                context, now, AuditActions.SessionEnded, actor: null, session.UserId,
                after: new { Reason = EndSession.SignedOut, Sessions = 1 }) with
            {
                ActorId = session.UserId,
                ActorRole = session.Role,
            };
    }

    private sealed record SessionRow(Guid Id, Guid UserId, string Role);
}
