using GoCart.BuildingBlocks.Auth;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GoCart.Users.Sessions;

/// <summary>GET /internal/revoked-sessions: every service asks twice a second which sessions have ended since.</summary>
internal static class GetRevokedSessions
{
    public static async Task<Ok<RevokedSessions>> Handle(
        DateTimeOffset? since, ITokenAuthority authority, CancellationToken cancellationToken) =>
        TypedResults.Ok(await authority.GetRevokedSessionsAsync(since, cancellationToken));
}
