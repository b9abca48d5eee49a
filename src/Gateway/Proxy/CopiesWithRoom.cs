using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Model;

namespace GoCart.Gateway.Proxy;

/// <summary>
/// Leaves out the copies that have <c>Gateway:MaxInFlight</c> requests of ours to answer while there are others: one that hangs
/// does not get them all. When all copies have as many, none is better; how many are let in at all is for
/// <see cref="Shedding.LoadShedding"/>.
/// </summary>
internal sealed class CopiesWithRoom(RequestDelegate next, IOptions<GatewayOptions> options)
{
    private readonly int _maxInFlight = options.Value.MaxInFlight;

    public Task InvokeAsync(HttpContext context)
    {
        var proxy = context.GetReverseProxyFeature();
        var copies = proxy.AvailableDestinations;

        if (copies.Count > 1 && copies.Any(IsFull) && !copies.All(IsFull))
            proxy.AvailableDestinations = [.. copies.Where(copy => !IsFull(copy))];
        return next(context);
    }

    private bool IsFull(DestinationState copy) => copy.ConcurrentRequestCount >= _maxInFlight;
}
