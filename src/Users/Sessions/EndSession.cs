using GoCart.BuildingBlocks.Database;
using Npgsql;

namespace GoCart.Users.Sessions;

/// <summary>Ends sessions: none of their refresh tokens works any more, and within 2 s none of their access tokens.</summary>
internal static class EndSession
{
    public const string SignedOut = "signed_out";
    public const string TokenReused = "token_reused";
    public const string EndedByOwner = "ended_by_owner";
    public const string PasswordChanged = "password_changed";
    public const string RoleChanged = "role_changed";
    public const string Disabled = "disabled";
    public const string Erased = "erased";

    /// <param name="reason">One of the constants of this class.</param>
    /// <returns>How many were not over yet.</returns>
    public static Task<int> ExecuteAsync(
        NpgsqlTransaction tx, Guid sessionId, string reason, DateTimeOffset now, CancellationToken cancellationToken) =>
        EndAsync(tx, [sessionId], reason, now, cancellationToken);

    /// <summary>All sessions of a user but one, if one is given.</summary>
    /// <param name="reason">One of the constants of this class.</param>
    /// <returns>How many there were.</returns>
    public static async Task<int> OfUserAsync(
        NpgsqlTransaction tx, Guid userId, Guid? except, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Locked in the order of their ids: two who end the same sessions wait for each other, never deadlock.
        var open = await tx.QueryAsync<Guid>(
            """
            select id from sessions
            where user_id = @userId and ended_at is null and (@except::uuid is null or id <> @except)
            order by id for update
            """,
            new { userId, except }, cancellationToken);
        return await EndAsync(tx, [.. open], reason, now, cancellationToken);
    }

    private static async Task<int> EndAsync(
        NpgsqlTransaction tx, Guid[] sessionIds, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // The sessions before their tokens: always locked in the same order. The other services learn of it by ended_at, which
        // is therefore by the one clock that all copies share.
        var ended = await tx.ExecuteAsync(
            "update sessions set ended_at = now(), end_reason = @reason where id = any(@sessionIds) and ended_at is null",
            new { sessionIds, reason }, cancellationToken);
        await tx.ExecuteAsync(
            """
            update refresh_tokens set retired_at = @now, predecessor_hash = null, salt = null
            where session_id = any(@sessionIds) and retired_at is null
            """,
            new { sessionIds, now }, cancellationToken);
        UsersTelemetry.SessionsEnded.Add(ended, new KeyValuePair<string, object?>("reason", reason));
        return ended;
    }
}
