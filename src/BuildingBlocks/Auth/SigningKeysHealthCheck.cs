using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GoCart.BuildingBlocks.Auth;

/// <summary>
/// Not ready until the keys of access tokens and the ended sessions were fetched once. Afterwards those known serve while users is
/// away, and the service is degraded: it does not hear of a logout.
/// </summary>
internal sealed class SigningKeysHealthCheck(SigningKeys keys, SessionDenyList endedSessions) : IHealthCheck
{
    // Several looks in a row that failed.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult((keys.AreKnown, endedSessions.IsKnown) switch
        {
            (true, true) when endedSessions.Age > Fresh => HealthCheckResult.Degraded(
                "The users service does not answer; who signs out meanwhile is not refused here."),
            (true, true) => HealthCheckResult.Healthy(),
            (false, _) => HealthCheckResult.Unhealthy("The users service has not given its keys yet."),
            _ => HealthCheckResult.Unhealthy("The users service has not told yet which sessions have ended."),
        });
}
