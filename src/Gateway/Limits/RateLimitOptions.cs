using System.ComponentModel.DataAnnotations;

namespace GoCart.Gateway.Limits;

/// <summary>Section <c>RateLimits</c>: what one address may do.</summary>
internal sealed class RateLimitOptions
{
    public const string Section = "RateLimits";

    [Range(1, 1_000_000, ErrorMessage = "Set RateLimits:RequestsPerSecond to 1 or more.")]
    public int RequestsPerSecond { get; init; } = 300;

    [Range(1, 1_000_000, ErrorMessage = "Set RateLimits:SignInsPerMinute to 1 or more.")]
    public int SignInsPerMinute { get; init; } = 20;

    [Range(1, 1_000_000, ErrorMessage = "Set RateLimits:RegistrationsPerHour to 1 or more.")]
    public int RegistrationsPerHour { get; init; } = 10;

    /// <summary>Whether the machine itself is never limited; by default so in development only.</summary>
    public bool? ExemptLoopback { get; init; }
}
