using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace GoCart.Operator.Audit;

/// <summary>The last audit as metrics: over OTLP, when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to, or as a file for Prometheus.</summary>
public sealed class AuditMetrics : IDisposable
{
    public const string MeterName = "GoCart.Audit";

    private readonly Meter _meter = new(MeterName);
    private readonly MeterProvider? _export;
    private AuditReport? _report;
    private AuditState _state = new();
    private TimeSpan _duration;

    /// <param name="export">Whether to send them over OTLP.</param>
    public AuditMetrics(bool export)
    {
        _meter.CreateObservableGauge(
            "gocart.audit.violations", Violations, "{row}", "Rows that break an invariant, up to 100 of each check.");
        _meter.CreateObservableGauge(
            "gocart.audit.last_clean", LastClean, "s", "When the invariant was last seen to hold, in seconds since 1970.");
        _meter.CreateObservableGauge("gocart.audit.duration", () => _duration.TotalSeconds, "s", "How long the last audit took.");
        _export = !export ? null : Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateDefault().AddService("audit", serviceNamespace: "gocart"))
            .AddMeter(MeterName)
            .AddOtlpExporter()
            .Build();
    }

    public void Set(AuditReport report, AuditState state, TimeSpan duration)
    {
        (_report, _state, _duration) = (report, state, duration);
        _export?.ForceFlush(timeoutMilliseconds: 5000);
    }

    /// <summary>For node_exporter's textfile collector; https://prometheus.io/docs/instrumenting/exposition_formats/</summary>
    /// <exception cref="OperatorException">The file cannot be written.</exception>
    public void WriteFile(string path)
    {
        var text = new StringBuilder();
        Append("gocart_audit_violations", "Rows that break an invariant, up to 100 of each check.", Violations());
        Append("gocart_audit_last_clean_timestamp_seconds", "When the invariant was last seen to hold.", LastClean());
        Append<double>("gocart_audit_duration_seconds", "How long the last audit took.", [new(_duration.TotalSeconds)]);
        try
        {
            WholeFile.Write(path, text.ToString());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"The metrics cannot be written: {e.Message}", e);
        }

        void Append<T>(string name, string help, IEnumerable<Measurement<T>> values)
            where T : struct
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} gauge\n");
            foreach (var value in values)
            {
                var labels = value.Tags.Length == 0 ? "" : $$"""{invariant="{{value.Tags[0].Value}}"}""";
                text.Append(CultureInfo.InvariantCulture, $"{name}{labels} {value.Value}\n");
            }
        }
    }

    public void Dispose()
    {
        _export?.Dispose();
        _meter.Dispose();
    }

    private IEnumerable<Measurement<long>> Violations() =>
        // Also one that was not proved, and is found broken all the same.
        from invariant in _report?.Proved.Union(_report.Violations.Select(violation => violation.Invariant)) ?? []
        select new Measurement<long>(_report!.Violations.LongCount(violation => violation.Invariant == invariant), Tag(invariant));

    private IEnumerable<Measurement<double>> LastClean() =>
        from entry in _state.LastClean
        orderby Invariants.Order(entry.Key)
        select new Measurement<double>(entry.Value.ToUnixTimeMilliseconds() / 1000.0, Tag(entry.Key));

    private static KeyValuePair<string, object?> Tag(string invariant) => new("invariant", invariant);
}
