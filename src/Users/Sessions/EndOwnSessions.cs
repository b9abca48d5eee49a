using GoCart.BuildingBlocks.Audit;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace GoCart.Users.Sessions;

/// <summary>
/// DELETE /api/me/sessions/{id}: ends one of one's own sessions, also the one that asks. DELETE /api/me/sessions: ends all others.
/// </summary>
internal static class EndOwnSessions
{
    public static async Task<Results<NoContent, ProblemHttpResult>> HandleOne(
        string id, CurrentUser user, HttpContext context, NpgsqlDataSource db, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!RouteId.TryParse(id, out var sessionId))
            return Problems.SessionNotFound();

        return await db.InTransactionAsync<Results<NoContent, ProblemHttpResult>>(async tx =>
        {
            var isOwn = await tx.QuerySingleAsync<bool>(
                "select exists (select from sessions where id = @sessionId and user_id = @Id)",
                new { sessionId, user.Id }, cancellationToken);
            if (!isOwn)
                return Problems.SessionNotFound();

            // One that has ended already stays as it is: what was asked for is the case.
            var now = clock.GetMicrosecondNow();
            var ended = await EndSession.ExecuteAsync(tx, sessionId, EndSession.EndedByOwner, now, cancellationToken);
            await NoteAsync(tx, context, user, ended, now, cancellationToken);
            return TypedResults.NoContent();
        }, cancellationToken);
    }

    public static async Task<NoContent> HandleOthers(
        CurrentUser user, HttpContext context, NpgsqlDataSource db, TimeProvider clock, CancellationToken cancellationToken)
    {
        await db.InTransactionAsync(async tx =>
        {
            var now = clock.GetMicrosecondNow();
            var ended = await EndSession.OfUserAsync(
                tx, user.Id, except: user.SessionId, EndSession.EndedByOwner, now, cancellationToken);
            await NoteAsync(tx, context, user, ended, now, cancellationToken);
        }, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task NoteAsync(
        NpgsqlTransaction tx, HttpContext context, CurrentUser user, int ended, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (ended == 0)
            return;

        var after = new { Reason = EndSession.EndedByOwner, Sessions = ended };
        await tx.AppendAsync(
            AuditLog.Entry(context, now, AuditActions.SessionEnded, user, user.Id, after: after), cancellationToken);
    }
}
