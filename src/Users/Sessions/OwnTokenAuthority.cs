using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Npgsql;

namespace GoCart.Users.Sessions;

/// <summary>What the other services ask users for: the public keys, and the sessions that have ended.</summary>
internal sealed class OwnTokenAuthority(KeyRing keys, NpgsqlDataSource db, IOptions<TokenOptions> options) : ITokenAuthority
{
    public Task<JsonWebKeySet> GetSigningKeysAsync(CancellationToken cancellationToken) => Task.FromResult(keys.Published);

    /// <remarks>By the database's clock, as is <c>ended_at</c>: copies of users may disagree about the time.</remarks>
    public async Task<RevokedSessions> GetRevokedSessionsAsync(DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var revoked = await db.QuerySingleOrDefaultAsync<RevokedRow>(
            """
            select now() as as_of, array(
                select id from sessions
                where ended_at >= greatest(@since, now() - @lifetime - interval '1 minute')
                order by ended_at) as session_ids
            """,
            new { since, lifetime = options.Value.AccessTokenLifetime }, cancellationToken);
        return revoked is null
            ? throw new InvalidOperationException("A select without from gives one row.")
            : new RevokedSessions(revoked.AsOf, revoked.SessionIds);
    }

    private sealed record RevokedRow(DateTimeOffset AsOf, Guid[] SessionIds);
}
