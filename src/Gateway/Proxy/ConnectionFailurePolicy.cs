using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace GoCart.Gateway.Proxy;

/// <summary>A copy that could not be reached, or broke off, gets no requests for a moment; the probes of /health decide what follows.</summary>
/// <remarks>YARP's own policy waits for ten failures and then for a minute.</remarks>
internal sealed class ConnectionFailurePolicy(IDestinationHealthUpdater health) : IPassiveHealthCheckPolicy
{
    public const string PolicyName = "ConnectionFailure";

    public string Name => PolicyName;

    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        if (context.GetForwarderErrorFeature() is not { } failure
            || (failure.Error is not ForwarderError.Request && !failure.WasNeverSent()))
            return;

        var pause = cluster.Model.Config.HealthCheck?.Passive?.ReactivationPeriod ?? TimeSpan.FromSeconds(2);
        health.SetPassive(cluster, destination, DestinationHealth.Unhealthy, pause);
    }
}
