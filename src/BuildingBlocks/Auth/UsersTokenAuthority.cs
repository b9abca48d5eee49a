using System.Globalization;
using GoCart.BuildingBlocks.Http;
using Microsoft.IdentityModel.Tokens;

namespace GoCart.BuildingBlocks.Auth;

/// <summary>Asks the users service.</summary>
internal sealed class UsersTokenAuthority(HttpClient users) : ITokenAuthority
{
    public const string KeysPath = "/.well-known/jwks.json";
    public const string RevokedSessionsPath = "/internal/revoked-sessions";

    /// <summary>Of two copies, one of which says nothing, the other has to answer within <see cref="SessionDenyList"/>'s second.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    public async Task<JsonWebKeySet> GetSigningKeysAsync(CancellationToken cancellationToken) =>
        JsonWebKeySet.Create(await users.GetStringAsync(new Uri(KeysPath, UriKind.Relative), cancellationToken));

    public async Task<RevokedSessions> GetRevokedSessionsAsync(DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var query = since is { } time
            ? $"?since={Uri.EscapeDataString(time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture))}"
            : "";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(RevokedSessionsPath + query, UriKind.Relative));
        request.Options.Set(ServiceAddressHandler.OwnPatience, Patience);
        using var response = await users.SendAsync(request, cancellationToken);
        return await response.ReadAnswerAsync<RevokedSessions>(cancellationToken);
    }
}
