using System.ComponentModel.DataAnnotations;

namespace GoCart.Gateway.Limits;

/// <summary>Section <c>RateLimits</c>: what one address, or one user, may do.</summary>
internal sealed class RateLimitOptions
{
    public const string Section = "RateLimits";

    [Range(1, 1_000_000, ErrorMessage = "Set RateLimits:RequestsPerSecond to 1 or more.")]
    public int RequestsPerSecond { get; init; } = 300;

    /// <summary>Of one user, from however many addresses.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Set RateLimits:RequestsPerSecondPerUser to 1 or more.")]
    public int RequestsPerSecondPerUser { get; init; } = 100;

    /// <summary>Open at a time.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Set RateLimits:ConnectionsPerAddress to 1 or more.")]
    public int ConnectionsPerAddress { get; init; } = 1_000;

    [Range(1, 1_000_000, ErrorMessage = "Set RateLimits:SignInsPerMinute to 1 or more.")]
    public int SignInsPerMinute { get; init; } = 20;

    /// <summary>Whether the machine itself is never limited; by default so in development only.</summary>
    public bool ExemptLoopback { get; set; }
}
