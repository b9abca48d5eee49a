using System.Collections.Concurrent;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace GoCart.Gateway.Proxy;

/// <summary>
/// Whether a service has a copy that is ready. The gateway gets ready when every service has been seen; after that it stays
/// ready while any of them is up, for the routes of the others go on.
/// </summary>
internal sealed class ServiceHealthCheck(IProxyStateLookup proxy, ServicesSeenUp seen, string service) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var copies = proxy.TryGetCluster(service, out var cluster) ? cluster.DestinationsState.AllDestinations : [];
        var up = copies.Count(IsUp);
        var detail = $"{up} of {copies.Count} copies are up";

        if (up > 0)
        {
            seen.Add(service);
            return Task.FromResult(HealthCheckResult.Healthy(detail));
        }

        var othersAreUp = proxy.GetClusters().Any(other => other.DestinationsState.AllDestinations.Any(IsUp));
        return Task.FromResult(seen.Contains(service) && othersAreUp
            ? HealthCheckResult.Degraded(detail)
            : HealthCheckResult.Unhealthy(detail));
    }

    private static bool IsUp(DestinationState copy) =>
        copy.Health is { Active: DestinationHealth.Healthy, Passive: not DestinationHealth.Unhealthy };
}

/// <summary>The services that have been ready since the gateway started.</summary>
internal sealed class ServicesSeenUp
{
    private readonly ConcurrentDictionary<string, bool> _services = new();

    public void Add(string service) => _services[service] = true;

    public bool Contains(string service) => _services.ContainsKey(service);
}
