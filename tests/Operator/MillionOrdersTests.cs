using System.Diagnostics;
using System.Globalization;
using GoCart.Operator;
using GoCart.Operator.Audit;
using GoCart.Tests.Infrastructure;
using Npgsql;

namespace GoCart.Tests.Operator;

/// <summary>How long the audit of a large store takes. Built only with <c>-p:MillionOrders=true</c>: filling the store takes minutes.</summary>
public sealed class MillionOrdersTests(LocalServers servers, ITestOutputHelper output)
{
    private const int Orders = 1_000_000;

    private static readonly string[] Names = ["users", "products", "carts", "orders"];

    [Fact]
    public async Task A_million_orders_are_audited_in_half_a_minute()
    {
        await using var databases = await servers.CreateMigratedDatabasesAsync();
        await using var virtualHost = await servers.CreateVirtualHostAsync();
        var settings = await servers.OperatorSettingsOfAsync(databases, virtualHost);
        var now = DateTimeOffset.UtcNow;
        TestDatabase[] all = [databases.Users, databases.Products, databases.Carts, databases.Orders];
        foreach (var (name, database) in Names.Zip(all))
            await FillAsync(name, database, now);

        var full = await MeasureAsync("everything", settings, new AuditOptions());
        var changed = await MeasureAsync("what changed in an hour", settings, new AuditOptions { Since = now - TimeSpan.FromHours(1) });

        Assert.Empty(full.Report.Violations);
        Assert.Empty(changed.Report.Violations);
        Assert.Equal(Orders, full.Report.Checked["orders"]);
        Assert.True(full.Elapsed < TimeSpan.FromSeconds(30), $"It took {full.Elapsed}.");
        Assert.True(changed.Elapsed < full.Elapsed / 2, $"It took {changed.Elapsed}, everything {full.Elapsed}.");
    }

    private static async Task FillAsync(string name, TestDatabase database, DateTimeOffset now)
    {
        await using var connection = new NpgsqlConnection(database.Superuser + ";Pooling=false;CommandTimeout=1800");
        await connection.OpenAsync();
        foreach (var sql in (string[])[Read("before"), Read(name), "vacuum analyze"])
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }

        string Read(string file) =>
            File.ReadAllText(Repository.Path($"tests/Operator/MillionOrders/{file}.sql"))
                .Replace("@last", (Orders - 1).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("@now", now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    private async Task<(AuditReport Report, TimeSpan Elapsed)> MeasureAsync(string what, OperatorSettings settings, AuditOptions options)
    {
        using var process = Process.GetCurrentProcess();
        var (cpu, started) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());

        var report = await Auditor.RunAsync(settings, options, TimeProvider.System, TestContext.Current.CancellationToken);

        var elapsed = Stopwatch.GetElapsedTime(started);
        process.Refresh();
        output.WriteLine(
            $"{what}: {elapsed.TotalSeconds:F1} s, of which the auditor itself worked {(process.TotalProcessorTime - cpu).TotalSeconds:F1} s");
        return (report, elapsed);
    }
}
