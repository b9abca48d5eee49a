using System.ComponentModel.DataAnnotations;

namespace GoCart.Users.Sessions;

/// <summary>Section <c>RateLimits</c>, as far as users reads it.</summary>
internal sealed class AddressLimitOptions
{
    public const string Section = "RateLimits";

    /// <summary>Of one address, over all gateways and copies.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Set RateLimits:RegistrationsPerHour to 1 or more.")]
    public int RegistrationsPerHour { get; init; } = 10;

    /// <summary>Whether the machine itself is not counted as an address; by default so in development only.</summary>
    public bool ExemptLoopback { get; set; }
}
