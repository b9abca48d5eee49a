using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace GoCart.BuildingBlocks.Database;

internal sealed class DatabaseHealthCheck(NpgsqlDataSource db) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            // A missing table means that the migrations have not run yet.
            await db.ExecuteAsync("select 1 from schema_migrations limit 1", null, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (NpgsqlException e) when (e.Message.StartsWith("The connection pool has been exhausted", StringComparison.Ordinal))
        {
            // Busy, not broken: taken out of the rotation, it would only leave its load to the others.
            return HealthCheckResult.Degraded("All connections to the database are in use.");
        }
        catch (NpgsqlException e)
        {
            return HealthCheckResult.Unhealthy(e is PostgresException { SqlState: PostgresErrorCodes.UndefinedTable }
                ? "The migrations have not run yet."
                : "The database does not answer.");
        }
    }
}
