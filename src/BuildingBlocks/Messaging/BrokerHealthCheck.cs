using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>Whether the broker is there. Without it a service is degraded, not down: events wait in the outbox.</summary>
internal sealed class BrokerHealthCheck(BrokerConnections broker, IEnumerable<Subscription> subscriptions) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var isConnected = broker.Publishing.IsOpen && (broker.Consuming.IsOpen || !subscriptions.Any());
        return Task.FromResult(isConnected
            ? HealthCheckResult.Healthy()
            : new HealthCheckResult(context.Registration.FailureStatus, "Not connected; events wait in the outbox."));
    }
}
