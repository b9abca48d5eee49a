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
        string id, CurrentUser user, NpgsqlDataSource db, TimeProvider clock, CancellationToken cancellationToken)
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
            await EndSession.ExecuteAsync(tx, sessionId, EndSession.EndedByOwner, clock.GetUtcNow(), cancellationToken);
            return TypedResults.NoContent();
        }, cancellationToken);
    }

    public static async Task<NoContent> HandleOthers(
        CurrentUser user, NpgsqlDataSource db, TimeProvider clock, CancellationToken cancellationToken)
    {
        await db.InTransactionAsync(async tx =>
        {
            await EndSession.OfUserAsync(
                tx, user.Id, except: user.SessionId, EndSession.EndedByOwner, clock.GetUtcNow(), cancellationToken);
            return true;
        }, cancellationToken);
        return TypedResults.NoContent();
    }
}
