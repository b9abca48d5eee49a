using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GoCart.BuildingBlocks.Auth;

/// <summary>Not ready until the keys of access tokens and the ended sessions were fetched once; afterwards those known serve while users is away.</summary>
internal sealed class SigningKeysHealthCheck(SigningKeys keys, SessionDenyList endedSessions) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult((keys.AreKnown, endedSessions.IsKnown) switch
        {
            (true, true) => HealthCheckResult.Healthy(),
            (false, _) => HealthCheckResult.Unhealthy("The users service has not given its keys yet."),
            _ => HealthCheckResult.Unhealthy("The users service has not told yet which sessions have ended."),
        });
}
