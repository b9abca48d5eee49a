using Microsoft.IdentityModel.Tokens;

namespace GoCart.BuildingBlocks.Auth;

/// <summary>Who knows the keys that sign access tokens, and the sessions that have ended: users asks itself, all others ask users.</summary>
public interface ITokenAuthority
{
    /// <summary>The public keys, each with its id.</summary>
    Task<JsonWebKeySet> GetSigningKeysAsync(CancellationToken cancellationToken);

    /// <summary>The sessions ended since then whose access tokens may still be in use; all of them if <paramref name="since"/> is null.</summary>
    Task<RevokedSessions> GetRevokedSessionsAsync(DateTimeOffset? since, CancellationToken cancellationToken);
}

/// <param name="AsOf">The authority's clock when it looked.</param>
public sealed record RevokedSessions(DateTimeOffset AsOf, IReadOnlyList<Guid> SessionIds);
