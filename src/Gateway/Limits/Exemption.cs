using System.Net;
using Microsoft.Extensions.Options;

namespace GoCart.Gateway.Limits;

/// <summary>Whom no limit by address or user holds for: the machine itself, where the settings say so.</summary>
internal sealed class Exemption(IOptions<RateLimitOptions> options)
{
    public bool Holds(IPAddress address) => options.Value.ExemptLoopback && IPAddress.IsLoopback(address);
}
