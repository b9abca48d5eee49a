using GoCart.BuildingBlocks.Database;
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
            await EndAsync(db, token, clock.GetUtcNow(), cancellationToken);

        cookie.Clear(context.Response);
        return TypedResults.NoContent();
    }

    private static async Task EndAsync(
        NpgsqlDataSource db, RefreshToken token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var sessionId = await db.QuerySingleOrDefaultAsync<Guid?>(
            "select session_id from refresh_tokens where token_hash = @Hash", new { token.Hash }, cancellationToken);
        if (sessionId is not { } id)
            return;

        await db.InTransactionAsync(
            async tx =>
            {
                await EndSession.ExecuteAsync(tx, id, EndSession.SignedOut, now, cancellationToken);
                return id;
            },
            cancellationToken);
    }
}
