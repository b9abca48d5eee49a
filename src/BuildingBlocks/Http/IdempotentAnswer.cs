using System.Text.Json;
using GoCart.BuildingBlocks.Database;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace GoCart.BuildingBlocks.Http;

/// <summary>An answer as it is kept for its <see cref="IdempotencyKey"/>, and given again word by word.</summary>
/// <param name="Fingerprint">Of the request that was answered: see <see cref="IdempotencyKey.FingerprintOf"/>.</param>
public sealed record IdempotentAnswer(byte[] Fingerprint, int Status, string? Location, string? Etag, string Body)
{
    public const string ReplayedHeader = "Idempotency-Replayed";

    /// <summary>
    /// Inserts the answer, also over one that is too old to count; a rival with the same key waits here for the first to
    /// commit, and then inserts nothing.
    /// Parameters: user_id, key, fingerprint, status, location, etag, body.
    /// </summary>
    public const string InsertSql =
        """
        insert into idempotency_keys (user_id, key, fingerprint, status, location, etag, body)
        values (@UserId, @Key, @Fingerprint, @Status, @Location, @Etag, @Body)
        on conflict (user_id, key) do update
        set fingerprint = excluded.fingerprint, status = excluded.status, location = excluded.location,
            etag = excluded.etag, body = excluded.body, created_at = now()
        where idempotency_keys.created_at <= now() - interval '24 hours'
        """;

    /// <summary>The answer 201 with a body, as the framework would write it.</summary>
    public static IdempotentAnswer Created<TBody>(byte[] fingerprint, string location, string? etag, TBody body) =>
        new(fingerprint, StatusCodes.Status201Created, location, etag, JsonSerializer.Serialize(body, StrictJson.Options));

    /// <summary>The answer this user's key already has, or null.</summary>
    private static Task<IdempotentAnswer?> FindAsync(
        NpgsqlDataSource db, Guid userId, IdempotencyKey key, CancellationToken cancellationToken) =>
        db.QuerySingleOrDefaultAsync<IdempotentAnswer>(
            $"""
            select fingerprint, status, location, etag, body from idempotency_keys
            where user_id = @userId and key = @Value and created_at > now() - interval '24 hours' and {Standby.HasItSql}
            """,
            new { userId, key.Value }, cancellationToken);

    /// <summary>What a request with this key is answered without doing it: null when the key is new.</summary>
    public static async Task<IResult?> FindReplayAsync(
        NpgsqlDataSource db, Guid userId, IdempotencyKey key, byte[] fingerprint, CancellationToken cancellationToken) =>
        (await FindAsync(db, userId, key, cancellationToken))?.Replay(fingerprint);

    /// <summary>Does what a key stands for, unless a rival with the same key is at it or was quicker.</summary>
    /// <param name="store">Commits the answer together with what it tells; false when the key was taken, and nothing is stored.</param>
    /// <returns>Null when it is done; otherwise what to answer: the rival's answer, or 409 while there is none.</returns>
    public static async Task<IResult?> StoreOnceAsync(
        NpgsqlDataSource db, Guid userId, IdempotencyKey key, byte[] fingerprint, Func<Task<bool>> store,
        CancellationToken cancellationToken)
    {
        try
        {
            if (await store())
                return null;
        }
        catch (PostgresException e) when (IsWaitForKey(e))
        {
            // The rival took longer than the lock's time limit, and may have ended since.
        }
        return await FindReplayAsync(db, userId, key, fingerprint, cancellationToken) ?? new TryAgain(KeyInUse());
    }

    /// <summary>Keeps the answer in the transaction of what it tells.</summary>
    /// <returns>False when the key was taken by a rival: roll back, and give the rival's answer.</returns>
    public async Task<bool> TryInsertAsync(
        NpgsqlTransaction tx, Guid userId, IdempotencyKey key, CancellationToken cancellationToken)
    {
        var row = new { UserId = userId, Key = key.Value, Fingerprint, Status, Location, Etag, Body };
        return await tx.ExecuteAsync(InsertSql, row, cancellationToken) == 1;
    }

    /// <summary>The same answer again with <c>Idempotency-Replayed: true</c>, or 422 when the request was another one.</summary>
    private IResult Replay(byte[] fingerprint) => fingerprint.AsSpan().SequenceEqual(Fingerprint)
        ? new Replayed(this)
        : KeyReused();

    /// <summary>A lock on something else, such as a row of the order, says nothing about the key.</summary>
    private static bool IsWaitForKey(PostgresException exception) =>
        exception.SqlState == PostgresErrorCodes.LockNotAvailable
        && exception.Where?.Contains("\"idempotency_keys\"", StringComparison.Ordinal) is true;

    internal static ProblemHttpResult KeyInUse() => Problem.Create(
        StatusCodes.Status409Conflict, "idempotency_key_in_use",
        "The first request with this Idempotency-Key is still running; try again in a second.");

    internal static ProblemHttpResult KeyReused() => Problem.Create(
        StatusCodes.Status422UnprocessableEntity, "idempotency_key_reused",
        "This Idempotency-Key was used for another request; take a new one.");

    private sealed class TryAgain(ProblemHttpResult problem) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = "1";
            return problem.ExecuteAsync(httpContext);
        }
    }

    private sealed class Replayed(IdempotentAnswer answer) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = answer.Status;
            response.ContentType = "application/json; charset=utf-8";
            response.Headers[ReplayedHeader] = "true";
            if (answer.Location is not null)
                response.Headers.Location = answer.Location;
            if (answer.Etag is not null)
                response.Headers.ETag = answer.Etag;
            return response.WriteAsync(answer.Body, httpContext.RequestAborted);
        }
    }
}
