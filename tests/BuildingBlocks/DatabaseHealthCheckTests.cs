using GoCart.BuildingBlocks.Database;
using GoCart.Tests.Infrastructure;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace GoCart.Tests.BuildingBlocks;

public sealed class DatabaseHealthCheckTests(LocalServers servers)
{
    [Fact]
    public async Task A_busy_service_is_degraded_and_stays_ready()
    {
        await using var databases = await servers.CreateDatabasesAsync(TestContext.Current.CancellationToken);
        await using var db = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(databases.Orders.Service) { MaxPoolSize = 1, Timeout = 1 });
        var check = new DatabaseHealthCheck(db, new RequiredMigrations());

        await using (await db.OpenConnectionAsync())
            Assert.Equal(HealthStatus.Degraded, (await check.CheckHealthAsync(new())).Status);

        Assert.Equal("The migrations have not run yet.", (await check.CheckHealthAsync(new())).Description);
    }
}
