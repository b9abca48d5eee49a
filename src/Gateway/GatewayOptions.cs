using System.ComponentModel.DataAnnotations;

namespace GoCart.Gateway;

/// <summary>Section <c>Gateway</c>.</summary>
internal sealed class GatewayOptions
{
    public const string Section = "Gateway";

    /// <summary>From the last byte of a request's headers to the last of its answer; routes that may wait longer say so.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:20", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true,
        ErrorMessage = "Set Gateway:Deadline to a time of up to 20 seconds, such as 00:00:10.")]
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Requests under way at one copy of a service, beyond which the others are asked. Of each kind twice as many for each copy
    /// are let in at most; see <see cref="Shedding.LoadShedding"/>.
    /// </summary>
    [Range(1, 100_000, ErrorMessage = "Set Gateway:MaxInFlight to 1 or more.")]
    public int MaxInFlight { get; init; } = 64;

    /// <summary>Origins whose pages may call the store from a browser, such as <c>https://shop.example.com</c>.</summary>
    public string[] AllowedOrigins { get; init; } = [];
}
