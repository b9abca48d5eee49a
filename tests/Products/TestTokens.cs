using System.Security.Cryptography;
using GoCart.BuildingBlocks.Auth;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace GoCart.Tests.Products;

/// <summary>Issues access tokens in place of the users service, for tests of one service alone.</summary>
internal sealed class TestTokens : ITokenAuthority
{
    private ECDsaSecurityKey _key = NewKey("test");

    /// <summary>As after a theft: the old key is published no more.</summary>
    public void ReplaceKey() => _key = NewKey("replaced");

    private static ECDsaSecurityKey NewKey(string id) => new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = id };

    public string Issue(Guid userId, string role) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        TokenType = "at+jwt",
        Issuer = "gocart",
        Audience = "gocart-api",
        Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1),
        Claims = new Dictionary<string, object>
        {
            ["sub"] = userId.ToString("D"),
            ["role"] = role,
            ["sid"] = Guid.CreateVersion7().ToString("D"),
            ["jti"] = Guid.CreateVersion7().ToString("D"),
        },
        SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.EcdsaSha256),
    });

    public Task<JsonWebKeySet> GetSigningKeysAsync(CancellationToken cancellationToken)
    {
        var keys = new JsonWebKeySet();
        keys.Keys.Add(JsonWebKeyConverter.ConvertFromECDsaSecurityKey(_key));
        return Task.FromResult(keys);
    }

    public Task<RevokedSessions> GetRevokedSessionsAsync(DateTimeOffset? since, CancellationToken cancellationToken) =>
        Task.FromResult(new RevokedSessions(TimeProvider.System.GetUtcNow(), []));
}
