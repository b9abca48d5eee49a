using System.Security.Cryptography;
using GoCart.BuildingBlocks.Auth;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace GoCart.Faults.Load;

/// <summary>
/// Access tokens as users issues them, for crowds: a thousand people who sign in would keep users busy for half a minute, and
/// it is not their signing in that is looked at.
/// </summary>
internal sealed class TokenMint
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly ECDsaSecurityKey _key;

    private TokenMint(ECDsa key)
    {
        _key = new ECDsaSecurityKey(key);
        _key.KeyId = Base64UrlEncoder.Encode(_key.ComputeJwkThumbprint());
    }

    /// <summary>With the key of users.</summary>
    public static TokenMint OfStore(string signingKeyFile)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(signingKeyFile));
        return new TokenMint(key);
    }

    /// <summary>With a key that nobody knows.</summary>
    public static TokenMint OfStranger() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public string Issue(Guid userId) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        TokenType = "at+jwt",
        Issuer = "gocart",
        Audience = "gocart-api",
        Expires = TimeProvider.System.GetUtcNow().UtcDateTime + Lifetime,
        Claims = new Dictionary<string, object>
        {
            ["sub"] = userId.ToString("D"),
            ["role"] = Roles.Customer,
            ["sid"] = Guid.CreateVersion7().ToString("D"),
            ["jti"] = Guid.CreateVersion7().ToString("D"),
        },
        SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.EcdsaSha256),
    });
}
