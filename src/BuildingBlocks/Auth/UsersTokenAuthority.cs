using System.Globalization;
using GoCart.BuildingBlocks.Http;
using Microsoft.IdentityModel.Tokens;

namespace GoCart.BuildingBlocks.Auth;

/// <summary>Asks the users service.</summary>
internal sealed class UsersTokenAuthority(HttpClient users) : ITokenAuthority
{
    public const string KeysPath = "/.well-known/jwks.json";
    public const string RevokedSessionsPath = "/internal/revoked-sessions";

    public async Task<JsonWebKeySet> GetSigningKeysAsync(CancellationToken cancellationToken) =>
        JsonWebKeySet.Create(await users.GetStringAsync(new Uri(KeysPath, UriKind.Relative), cancellationToken));

    public async Task<RevokedSessions> GetRevokedSessionsAsync(DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var query = since is { } time
            ? $"?since={Uri.EscapeDataString(time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture))}"
            : "";
        using var response = await users.GetAsync(new Uri(RevokedSessionsPath + query, UriKind.Relative), cancellationToken);
        return await response.ReadAnswerAsync<RevokedSessions>(cancellationToken);
    }
}
