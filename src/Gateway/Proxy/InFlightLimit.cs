using System.Globalization;
using GoCart.BuildingBlocks.Http;
using Yarp.ReverseProxy.Model;

namespace GoCart.Gateway.Proxy;

/// <summary>
/// Leaves out the copies that have <c>MaxInFlight</c> requests of ours to answer; when all have, the answer is 503 at once,
/// so that those accepted are served in time. Writes, such as orders and cancellations, may be twice as many: reads go first.
/// </summary>
internal sealed class InFlightLimit(RequestDelegate next)
{
    private const string Metadata = "MaxInFlight";
    private const int Default = 64;

    public Task InvokeAsync(HttpContext context)
    {
        var proxy = context.GetReverseProxyFeature();
        var limit = LimitOf(proxy.Cluster, context.Request.Method);
        var copies = proxy.AvailableDestinations;

        if (copies.Any(copy => copy.ConcurrentRequestCount >= limit))
        {
            proxy.AvailableDestinations = [.. copies.Where(copy => copy.ConcurrentRequestCount < limit)];
            if (proxy.AvailableDestinations.Count == 0)
                return Problem.Unavailable("The store is busy; try again in a second.").ExecuteAsync(context);
        }
        return next(context);
    }

    private static int LimitOf(ClusterModel cluster, string method)
    {
        var reads = cluster.Config.Metadata?.GetValueOrDefault(Metadata) is { } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : Default;
        return HttpMethods.IsGet(method) || HttpMethods.IsHead(method) ? reads : reads * 2;
    }
}
