using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GoCart.BuildingBlocks.Auth;

/// <summary>Not ready until the keys of access tokens were fetched once; afterwards those known serve while users is away.</summary>
internal sealed class SigningKeysHealthCheck(SigningKeys keys) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(keys.AreKnown
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("The users service has not given its keys yet."));
}
