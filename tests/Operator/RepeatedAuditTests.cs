using System.Diagnostics.Metrics;
using GoCart.Cli;
using GoCart.Operator.Audit;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Operator;

/// <summary>Audits that know of the ones before, and their metrics.</summary>
public sealed class RepeatedAuditTests(OperatedStore store) : IClassFixture<OperatedStore>
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private string MetricsPath => Path.Combine(Path.GetDirectoryName(store.SettingsPath) ?? "", "audit.prom");

    [Fact]
    public async Task What_changed_since_the_last_clean_audit_is_looked_at_and_nothing_else()
    {
        var (changed, untouched) = (await store.CreateProductAsync(), await store.CreateProductAsync());
        (await store.RunAsync("audit")).Succeeded();
        await SetStockAsync(untouched.Id, 107, "now() - interval '1 hour'");

        var blind = await store.RunAsync("audit --since-last");
        await SetStockAsync(changed.Id, 107, "now()");
        var partly = await store.RunAsync("audit --since-last");
        var full = await store.RunAsync("audit");
        await SetStockAsync(changed.Id, 100, "now()");
        await SetStockAsync(untouched.Id, 100, "now()");

        Assert.Contains("What has changed holds:", blind.Succeeded().Error, StringComparison.Ordinal);
        Assert.Contains($"{changed.Id}", partly.Out, StringComparison.Ordinal);
        Assert.DoesNotContain($"{untouched.Id}", partly.Out, StringComparison.Ordinal);
        Assert.Contains($"{untouched.Id}", full.Out, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Failed, ExitCode.Failed), (partly.ExitCode, full.ExitCode));
        (await store.RunAsync("audit --since-last")).Succeeded();
    }

    [Fact]
    public void What_is_broken_stays_in_sight_until_it_is_mended()
    {
        var clean = new AuditReport(new Dictionary<string, long>(), []) { Proved = ["I1", "I2"], NextSince = Noon };
        var broken = clean with { Violations = [new("I1", "product", "x", "wrong")], Since = Noon, NextSince = Noon.AddMinutes(1) };

        var first = new AuditState().After(clean, Noon.AddSeconds(5));
        var second = first.After(broken, Noon.AddMinutes(2));

        Assert.Equal((Noon, Noon.AddSeconds(5)), (first.Since, first.LastFull));
        Assert.Equal((Noon, Noon.AddSeconds(5)), (second.Since, second.LastFull));
        Assert.Equal((Noon.AddSeconds(5), Noon.AddMinutes(2)), (second.LastClean["I1"], second.LastClean["I2"]));
    }

    [Fact]
    public async Task Each_invariant_is_a_gauge_in_a_file_for_Prometheus()
    {
        var product = await store.CreateProductAsync();
        (await store.RunAsync("audit")).Succeeded();
        await SetStockAsync(product.Id, 107, "now()");

        var result = await store.RunAsync($"audit --metrics {MetricsPath}");
        await SetStockAsync(product.Id, 100, "now()");

        Assert.Equal(ExitCode.Failed, result.ExitCode);
        var lines = await File.ReadAllLinesAsync(MetricsPath);
        Assert.Contains("# TYPE gocart_audit_violations gauge", lines);
        Assert.Contains("gocart_audit_violations{invariant=\"I1\"} 1", lines);
        Assert.Contains("gocart_audit_violations{invariant=\"I11\"} 0", lines);
        Assert.Contains(lines, line => line.StartsWith("gocart_audit_last_clean_timestamp_seconds{invariant=\"I1\"} 1", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("gocart_audit_duration_seconds ", StringComparison.Ordinal));
        // Not looked at, and so not said to hold.
        Assert.DoesNotContain(lines, line => line.Contains("I7", StringComparison.Ordinal));
    }

    [Fact]
    public void Each_invariant_is_a_gauge_for_the_collector()
    {
        var seen = new Dictionary<string, long>();
        using var metrics = new AuditMetrics(export: false);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument is { Meter.Name: AuditMetrics.MeterName, Name: "gocart.audit.violations" })
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => seen[$"{tags[0].Value}"] = value);
        listener.Start();

        metrics.Set(
            new(new Dictionary<string, long>(), [new("I2", "order", "x", "wrong")]) { Proved = ["I1", "I2"] }, new(), TimeSpan.Zero);
        listener.RecordObservableInstruments();

        Assert.Equal((0, 1), (seen["I1"], seen["I2"]));
    }

    [Fact]
    public async Task It_goes_on_until_it_is_stopped()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var path = MetricsPath + ".every";

        var running = store.RunAsync($"audit --every 1s --metrics {path}", "", stop.Token);
        await WrittenAnewAsync(path);
        File.Delete(path);
        await WrittenAnewAsync(path);
        await stop.CancelAsync();
        var result = await running;

        Assert.Equal(ExitCode.Interrupted, result.ExitCode);
        Assert.Contains("What has changed holds:", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0s")]
    [InlineData("60")]
    [InlineData("soon")]
    public async Task A_time_has_a_unit(string time)
    {
        var result = await store.RunAsync($"audit --every {time}");

        Assert.Equal(ExitCode.Usage, result.ExitCode);
        Assert.Contains("a time such as 60s", result.Error, StringComparison.Ordinal);
    }

    private static Task WrittenAnewAsync(string path) => Eventually.AssertAsync(() =>
    {
        Assert.True(File.Exists(path));
        return Task.CompletedTask;
    });

    private Task<int> SetStockAsync(Guid productId, int stock, string at) => StoreFixture.ScalarAsync<int>(
        store.Databases.Products, $"update products set stock = {stock}, updated_at = {at} where id = '{productId}'");
}
