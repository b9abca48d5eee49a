using GoCart.BuildingBlocks.Http;
using Microsoft.Extensions.Options;

namespace GoCart.Gateway.Proxy;

/// <summary>
/// Leaves out the copies that have enough requests of ours to answer; when all have, the answer is 503 at once, so that those
/// accepted are served in time. Reads are turned away at <c>Gateway:MaxInFlight</c> requests of any kind, writes, such as
/// orders and cancellations, at twice as many: however many people browse, half of the places are kept for those who buy.
/// </summary>
internal sealed class InFlightLimit(RequestDelegate next, IOptions<GatewayOptions> options)
{
    private readonly int _maxInFlight = options.Value.MaxInFlight;

    public Task InvokeAsync(HttpContext context)
    {
        var proxy = context.GetReverseProxyFeature();
        var limit = LimitFor(context.Request.Method);
        var copies = proxy.AvailableDestinations;

        if (copies.Any(copy => copy.ConcurrentRequestCount >= limit))
        {
            proxy.AvailableDestinations = [.. copies.Where(copy => copy.ConcurrentRequestCount < limit)];
            if (proxy.AvailableDestinations.Count == 0)
                return Problem.Unavailable("The store is busy; try again in a second.").ExecuteAsync(context);
        }
        return next(context);
    }

    private int LimitFor(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) ? _maxInFlight : _maxInFlight * 2;
}
