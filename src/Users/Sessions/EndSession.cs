using GoCart.BuildingBlocks.Database;
using Npgsql;

namespace GoCart.Users.Sessions;

/// <summary>Ends a session: none of its refresh tokens works any more, and within 2 s none of its access tokens.</summary>
internal static class EndSession
{
    public const string SignedOut = "signed_out";
    public const string TokenReused = "token_reused";

    /// <param name="reason">One of the constants of this class.</param>
    public static async Task ExecuteAsync(
        NpgsqlTransaction tx, Guid sessionId, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // The session before its tokens: always locked in the same order. The other services learn of it by ended_at, which
        // is therefore by the one clock that all copies share.
        var ended = await tx.ExecuteAsync(
            "update sessions set ended_at = now(), end_reason = @reason where id = @sessionId and ended_at is null",
            new { sessionId, reason }, cancellationToken);
        await tx.ExecuteAsync(
            """
            update refresh_tokens set retired_at = @now, predecessor_hash = null, salt = null
            where session_id = @sessionId and retired_at is null
            """,
            new { sessionId, now }, cancellationToken);
        UsersTelemetry.SessionsEnded.Add(ended, new KeyValuePair<string, object?>("reason", reason));
    }
}
