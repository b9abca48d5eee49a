using GoCart.Faults.Load;

namespace GoCart.Faults.LoadTable;

/// <summary>A while of load, and how it was served. Latencies count from the planned time, of what was accepted.</summary>
/// <param name="rate">Actions a second that were begun.</param>
/// <param name="cpu">How much of one core each process took, by name; ours is <see cref="CpuTime.Ours"/>.</param>
internal sealed class Phase(double rate, TimeSpan length, IReadOnlyList<Sample> samples, IReadOnlyDictionary<string, double> cpu)
{
    private readonly TimeSpan[] _latencies = [.. samples.Where(sample => sample.IsServed).Select(sample => sample.Latency).Order()];

    public double Rate => rate;

    public int Count => samples.Count;

    /// <summary>How much of one core we took ourselves: who measures must not be what is measured.</summary>
    public double OurCores => cpu[CpuTime.Ours];

    /// <summary>Requests a second that were served, until the last of them was: what is served late is no greater rate.</summary>
    public double Goodput => _latencies.Length / Math.Max(length.TotalSeconds, Took.TotalSeconds);

    /// <summary>Turned away, failed or not answered.</summary>
    public int Unserved => samples.Count - _latencies.Length;

    /// <summary>What no overload excuses.</summary>
    public int Wrong => samples.Count(sample => sample.IsWrong);

    public double P50 => Percentile(_latencies, 0.50);

    public double P99 => Percentile(_latencies, 0.99);

    /// <summary>The share of the requests for these that were served.</summary>
    public double ServedOf(params Route[] routes) =>
        samples.Count(sample => routes.Contains(sample.Route) && sample.IsServed)
        / (double)Math.Max(1, samples.Count(sample => routes.Contains(sample.Route)));

    public override string ToString() => FormattableString.Invariant(
        $"{rate:0} actions/s: {Goodput:0} served/s, {Unserved} of {Count} not; p50 {P50:0.0} ms, p99 {P99:0} ms; ")
        + (Wrong > 0 ? $"wrong {string.Join(", ", samples.Where(sample => sample.IsWrong).CountBy(sample => sample.Status))}; " : "")
        + $"served {string.Join(", ", samples.Select(sample => sample.Route).Distinct().Order().Select(Describe))}; "
        + DescribeUnserved() + DescribeSlowest()
        + FormattableString.Invariant($"our lag p99 {Percentile([.. samples.Select(sample => sample.Lag).Order()], 0.99):0} ms; cores: ")
        + string.Join(", ", cpu.Select(process => FormattableString.Invariant($"{process.Key} {process.Value:0.00}")));

    private TimeSpan Took => _latencies.Length == 0
        ? length
        : samples.Where(sample => sample.IsServed).Max(sample => sample.Answered) - samples.Min(sample => sample.Planned);

    private string Describe(Route route)
    {
        TimeSpan[] latencies = [.. samples.Where(sample => sample.IsServed && sample.Route == route).Select(sample => sample.Latency).Order()];
        return FormattableString.Invariant($"{route} {ServedOf(route):0.00} p50 {Percentile(latencies, 0.50):0} p99 {Percentile(latencies, 0.99):0} ms");
    }

    /// <summary>Which, and with what status.</summary>
    private string DescribeUnserved() => Unserved == 0 ? "" : "not served "
        + string.Join(", ", samples.Where(sample => !sample.IsServed).CountBy(sample => (sample.Route, sample.Status))
            .OrderByDescending(count => count.Value).Select(count => $"{count.Key.Route} {count.Key.Status} {count.Value} times")) + "; ";

    /// <summary>The second in which the answers took longest: one long wait shows there, and in no percentile.</summary>
    private string DescribeSlowest()
    {
        if (samples.Count == 0)
            return "";
        var began = samples.Min(sample => sample.Planned);
        var slowest = samples.GroupBy(sample => (int)(sample.Planned - began).TotalSeconds)
            .MaxBy(second => second.Average(sample => sample.Latency.TotalMilliseconds))!;
        var routes = slowest.GroupBy(sample => sample.Route).OrderBy(route => route.Key).Select(route => FormattableString.Invariant(
            $"{route.Key} {route.Average(sample => sample.Latency.TotalMilliseconds):0} ms"));
        return $"slowest second {slowest.Key}, mean {string.Join(", ", routes)}; ";
    }

    /// <summary>In milliseconds.</summary>
    private static double Percentile(TimeSpan[] times, double share) =>
        times.Length == 0 ? 0 : times[(int)Math.Min(times.Length - 1, times.Length * share)].TotalMilliseconds;
}
