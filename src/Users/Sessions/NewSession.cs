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

    /// <param name="accountVersion">
    /// Of the account when its password was checked. If password, role or the account itself has changed since, there must be no
    /// session: whoever changed it has ended all there were. The lock lets either this come first, or the change.
    /// </param>
    /// <returns>False when the account has changed; then nothing was stored.</returns>
    public async Task<bool> TryInsertAsync(
        NpgsqlTransaction tx, long accountVersion, string? address, CancellationToken cancellationToken) =>
        await tx.ExecuteAsync(
            """
            with account as (
                select id from users
                where id = @UserId and version = @accountVersion and disabled_at is null and erased_at is null
                for share),
            session as (
                insert into sessions (id, user_id, created_at, expires_at, address)
                select @Id, id, @StartedAt, @ExpiresAt, @address from account
                returning id)
            insert into refresh_tokens (token_hash, session_id, issued_at, expires_at)
            select @Hash, id, @StartedAt, @TokenExpiresAt from session
            """,
            new { Id, UserId, StartedAt, ExpiresAt, Token.Hash, TokenExpiresAt, accountVersion, address }, cancellationToken) == 1;
}
