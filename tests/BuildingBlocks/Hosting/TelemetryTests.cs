using GoCart.Tests.Gateway;
using GoCart.Tests.Infrastructure;
using GoCart.Tests.Users;

namespace GoCart.Tests.BuildingBlocks.Hosting;

public sealed class TelemetryTests(LocalServers servers)
{
    [Fact]
    public async Task A_service_that_is_told_where_to_exports_traces_and_metrics_under_its_name()
    {
        await using var collector = new RecordingService();
        await collector.StartAsync();
        await using var databases = await servers.CreateDatabasesAsync(TestContext.Current.CancellationToken);
        await UsersFixture.MigrateAsync(databases.Users);
        await using var users = await UsersProcess.StartAsync(
            servers.Folder, "Development", databases.Users,
            ("Auth__SigningKeyFile", Path.Combine(servers.Folder, $"{Guid.NewGuid():N}.pem")),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address.ToString()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_BSP_SCHEDULE_DELAY", "200"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "200"));
        using var http = new HttpClient { BaseAddress = users.Address };

        await Eventually.AssertAsync(async () =>
        {
            using var alive = await http.GetAsync(new Uri("/alive", UriKind.Relative));
            Assert.True(alive.IsSuccessStatusCode);
        });

        foreach (var (target, content) in new[] { ("/v1/traces", "GET /alive"), ("/v1/metrics", "http.server.request.duration") })
        {
            await Eventually.AssertAsync(() =>
            {
                Assert.Contains(collector.Received, request =>
                    request.Target == target
                    && request.Body.Contains(content, StringComparison.Ordinal)
                    && request.Body.Contains("users", StringComparison.Ordinal)
                    && request.Body.Contains("gocart", StringComparison.Ordinal));
                return Task.CompletedTask;
            });
        }
    }
}
