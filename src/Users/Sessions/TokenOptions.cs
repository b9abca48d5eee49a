using System.ComponentModel.DataAnnotations;

namespace GoCart.Users.Sessions;

/// <summary>The part of section <c>Auth</c> that only users needs.</summary>
internal sealed class TokenOptions
{
    /// <summary>PEM file with one or two P-256 private keys; see <see cref="BuildingBlocks.Auth.SigningKeyFile"/> for which signs.</summary>
    [Required(ErrorMessage = "Set Auth:SigningKeyFile to a PEM file with the private key that signs access tokens; in "
        + "development it is made if it is missing.")]
    public string SigningKeyFile { get; init; } = "";

    /// <summary>How long an access token is good for: 10 minutes, 60 in development.</summary>
    [Range(1, 60, ErrorMessage = "Set Auth:AccessTokenMinutes to 1 to 60 minutes.")]
    public int AccessTokenMinutes { get; set; }

    /// <summary>How long a refresh token is good for when nobody uses it.</summary>
    [Range(1, 365, ErrorMessage = "Set Auth:RefreshTokenDays to 1 to 365 days.")]
    public int RefreshTokenDays { get; init; } = 30;

    /// <summary>How long a session lasts at most, however busy it is; then one has to sign in again.</summary>
    [Range(1, 3650, ErrorMessage = "Set Auth:SessionDays to 1 to 3650 days.")]
    public int SessionDays { get; init; } = 90;

    public TimeSpan AccessTokenLifetime => TimeSpan.FromMinutes(AccessTokenMinutes);

    /// <summary>When a refresh token made now runs out: never after its session.</summary>
    public DateTimeOffset RefreshTokenExpiry(DateTimeOffset now, DateTimeOffset sessionExpiresAt)
    {
        var own = now.AddDays(RefreshTokenDays);
        return own < sessionExpiresAt ? own : sessionExpiresAt;
    }
}
