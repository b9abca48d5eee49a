using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>
/// Whether the broker is there and gives the service its events. Without it a service is degraded, not down: events wait.
/// </summary>
internal sealed class BrokerHealthCheck(
    BrokerConnections broker, IEnumerable<Recipients> recipients, IEnumerable<Subscription> subscriptions) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (recipients.Any() && !broker.Publishing.IsOpen)
            return Answer(context, "Not connected; events wait in the outbox.");

        // Also while connected: the broker may refuse a queue, and the database may be away.
        var idle = subscriptions.Where(subscription => !subscription.IsConsumed).Select(subscription => subscription.Queue).ToList();
        return idle.Count > 0
            ? Answer(context, $"Not consuming {string.Join(", ", idle)}; what arrives there waits.")
            : Task.FromResult(HealthCheckResult.Healthy());
    }

    private static Task<HealthCheckResult> Answer(HealthCheckContext context, string description) =>
        Task.FromResult(new HealthCheckResult(context.Registration.FailureStatus, description));
}
