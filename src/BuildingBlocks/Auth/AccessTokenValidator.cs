using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace GoCart.BuildingBlocks.Auth;

/// <summary>Tells a valid access token from everything else, after RFC 8725 (JSON Web Token best current practices).</summary>
/// <remarks>
/// The library's defaults accept an unknown key id, any token type, tokens expired for 5 minutes, unknown critical headers
/// and repeated claims; all of that is refused here. A token's signature is checked once and remembered until the token expires
/// or its key is withdrawn: whoever stole a key loses all tokens made with it when the key goes.
/// </remarks>
public sealed class AccessTokenValidator(
    SigningKeys keys, SessionDenyList endedSessions, IOptions<AuthOptions> options, TimeProvider clock)
{
    private const int MaxTokenLength = 4096;
    private const int MaxRemembered = 10_000;
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    /// <summary>As long as users lets one be at most (Auth:AccessTokenMinutes); made for longer, it was not made by users.</summary>
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromMinutes(60);

    private static readonly JsonDocumentOptions NoRepeatedNames = new() { AllowDuplicateProperties = false };

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MaxTokenLength };
    private readonly ConcurrentDictionary<string, ValidToken> _remembered = new(StringComparer.Ordinal);

    /// <summary>The token's user, or null if the token is not valid, has expired, or its session has ended.</summary>
    /// <param name="token">A part of the header as it came: looking it up copies nothing.</param>
    public async ValueTask<CurrentUser?> ValidateAsync(ReadOnlyMemory<char> token, CancellationToken cancellationToken)
    {
        if (!_remembered.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(token.Span, out var valid))
        {
            var text = token.ToString();
            valid = await VerifyAsync(text, cancellationToken);
            if (valid is null)
                return null;
            Remember(text, valid);
        }

        if (clock.GetUtcNow() >= valid.Expires + ClockSkew || !keys.IsPublished(valid.KeyId))
        {
            _remembered.TryRemove(token.ToString(), out _);
            return null;
        }
        var mayBeOpen = await endedSessions.IsKnownAsync(cancellationToken) && !endedSessions.Contains(valid.User.SessionId);
        return mayBeOpen ? valid.User : null;
    }

    private async Task<ValidToken?> VerifyAsync(string text, CancellationToken cancellationToken)
    {
        if (text.Length > MaxTokenLength || ParseStrictly(text) is not { } token)
            return null;

        if (string.IsNullOrEmpty(token.Kid) || await keys.FindAsync(token.Kid, cancellationToken) is not { } key)
            return null;

        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            ValidTypes = ["at+jwt"],
            ValidIssuer = options.Value.Issuer,
            ValidAudience = options.Value.Audience,
            IssuerSigningKey = key,
            TryAllIssuerSigningKeys = false,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            ClockSkew = ClockSkew,
            LifetimeValidator = IsInItsLifetime,
        });
        return result.IsValid ? ReadUser(token, text) : null;
    }

    /// <summary>Three parts, no repeated name in header or claims, no header that we would have to understand and do not.</summary>
    private static JsonWebToken? ParseStrictly(string text)
    {
        try
        {
            var parts = text.Split('.');
            if (parts.Length != 3)
                return null;

            // One token, one spelling: the library would also take padding, and other bits where the last ones mean nothing.
            if (parts.Any(part => Base64UrlEncoder.Encode(Base64UrlEncoder.DecodeBytes(part)) != part))
                return null;

            using var header = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(parts[0]), NoRepeatedNames);
            using var claims = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(parts[1]), NoRepeatedNames);
            return header.RootElement.TryGetProperty("crit", out _) ? null : new JsonWebToken(text);
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private bool IsInItsLifetime(
        DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return expires is { } end && now < end + ClockSkew
            && notBefore is { } start && now >= start - ClockSkew
            && end - start <= LongestLifetime;
    }

    /// <summary>All the claims that users writes into a token (RFC 9068), each of its own type: one with less is none of ours.</summary>
    private ValidToken? ReadUser(JsonWebToken token, string text)
    {
        var isComplete = Guid.TryParseExact(token.Subject, "D", out var userId)
            & Guid.TryParseExact(TextClaim(token, "sid"), "D", out var sessionId)
            & Guid.TryParseExact(TextClaim(token, "jti"), "D", out _)
            & (token.TryGetPayloadValue<long>("iat", out var issuedAt)
                && issuedAt >= 0 && issuedAt <= (clock.GetUtcNow() + ClockSkew).ToUnixTimeSeconds());
        var role = TextClaim(token, "role");
        return isComplete && role is not null && Roles.IsKnown(role)
            ? new ValidToken(new CurrentUser(userId, role, sessionId, text), token.Kid, token.ValidTo)
            : null;
    }

    private static string? TextClaim(JsonWebToken token, string name) =>
        token.TryGetPayloadValue<string>(name, out var value) ? value : null;

    private void Remember(string token, ValidToken valid)
    {
        // Rather start anew now and then than look for the oldest all the time.
        if (_remembered.Count >= MaxRemembered)
            _remembered.Clear();
        _remembered[token] = valid;
    }

    private sealed record ValidToken(CurrentUser User, string KeyId, DateTimeOffset Expires);
}
