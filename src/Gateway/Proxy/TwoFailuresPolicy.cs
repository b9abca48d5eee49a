using System.Runtime.CompilerServices;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace GoCart.Gateway.Proxy;

/// <summary>
/// A copy is up when it has answered a probe well, and down when it says itself that it is not ready, as one that stops does,
/// or when two probes in a row had no answer.
/// </summary>
/// <remarks>YARP's ConsecutiveFailures takes a copy that was never reached for healthy until its second failure.</remarks>
internal sealed class TwoFailuresPolicy(IDestinationHealthUpdater health) : IActiveHealthCheckPolicy
{
    public const string PolicyName = "TwoFailures";

    private readonly ConditionalWeakTable<DestinationState, StrongBox<int>> _failures = [];

    public string Name => PolicyName;

    public void ProbingCompleted(ClusterState cluster, IReadOnlyList<DestinationProbingResult> probingResults) =>
        health.SetActive(cluster, [.. probingResults.Select(result => new NewActiveDestinationHealth(result.Destination, HealthOf(result)))]);

    private DestinationHealth HealthOf(DestinationProbingResult result)
    {
        var count = _failures.GetOrCreateValue(result.Destination);
        count.Value = result.Response is { IsSuccessStatusCode: true } ? 0 : count.Value + 1;

        var wasUp = result.Destination.Health.Active == DestinationHealth.Healthy;
        var isForgiven = count.Value == 1 && wasUp && result.Response is null;
        return count.Value == 0 || isForgiven ? DestinationHealth.Healthy : DestinationHealth.Unhealthy;
    }
}
