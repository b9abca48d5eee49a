using GoCart.BuildingBlocks.Auth;
using GoCart.Contracts.Users;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace GoCart.Users.Sessions;

/// <summary>Makes access tokens, RFC 9068 in their form; <see cref="AccessTokenValidator"/> is their reader.</summary>
internal sealed class AccessTokenIssuer(KeyRing keys, IOptions<AuthOptions> auth, IOptions<TokenOptions> sessions)
{
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    public TokenResponse Issue(Guid userId, string role, Guid sessionId, DateTimeOffset now)
    {
        var lifetime = sessions.Value.AccessTokenLifetime;
        var token = _handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = "at+jwt",
            SigningCredentials = keys.Signing,
            Issuer = auth.Value.Issuer,
            Audience = auth.Value.Audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + lifetime).UtcDateTime,
            Claims = new Dictionary<string, object>
            {
                ["sub"] = userId.ToString("D"),
                ["role"] = role,
                ["sid"] = sessionId.ToString("D"),
                ["jti"] = Guid.CreateVersion7(now).ToString("D"),
            },
        });
        return new TokenResponse(token, "Bearer", (int)lifetime.TotalSeconds);
    }
}
