using GoCart.BuildingBlocks.Database;
using Npgsql;

namespace GoCart.Users.Sessions;

/// <summary>A session at its start, with its first refresh token.</summary>
internal sealed class NewSession
{
    public required Guid Id { get; init; }

    public required Guid UserId { get; init; }

    public required RefreshToken Token { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required DateTimeOffset TokenExpiresAt { get; init; }

    public static NewSession Start(Guid userId, DateTimeOffset now, TokenOptions options)
    {
        var expiresAt = now.AddDays(options.SessionDays);
        return new()
        {
            Id = Guid.CreateVersion7(now),
            UserId = userId,
            Token = RefreshToken.Create(),
            StartedAt = now,
            ExpiresAt = expiresAt,
            TokenExpiresAt = options.RefreshTokenExpiry(now, expiresAt),
        };
    }

    public Task InsertAsync(NpgsqlTransaction tx, CancellationToken cancellationToken) => tx.ExecuteAsync(
        """
        with session as (
            insert into sessions (id, user_id, created_at, expires_at) values (@Id, @UserId, @StartedAt, @ExpiresAt))
        insert into refresh_tokens (token_hash, session_id, issued_at, expires_at)
        values (@Hash, @Id, @StartedAt, @TokenExpiresAt)
        """,
        new { Id, UserId, StartedAt, ExpiresAt, Token.Hash, TokenExpiresAt }, cancellationToken);
}
