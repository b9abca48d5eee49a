using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace GoCart.BuildingBlocks.Database;

/// <summary>Whether the database answers, and every migration that this release brings has run there.</summary>
internal sealed class DatabaseHealthCheck(NpgsqlDataSource db, RequiredMigrations required) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return await required.FindMissingAsync(db, cancellationToken) is { } missing
                ? HealthCheckResult.Unhealthy(missing)
                : HealthCheckResult.Healthy();
        }
        catch (NpgsqlException e) when (e.IsPoolExhausted())
        {
            // Busy, not broken: taken out of the rotation, it would only leave its load to the others.
            return HealthCheckResult.Degraded("All connections to the database are in use.");
        }
        catch (NpgsqlException)
        {
            return HealthCheckResult.Unhealthy("The database does not answer.");
        }
    }
}
