using GoCart.Bench.Load;
using GoCart.Bench.Measuring;

namespace GoCart.Bench.Scenarios;

/// <summary>Something that customers do, or that the store does by itself, beside the least that it could cost on this machine.</summary>
/// <param name="name">As --scenario has it.</param>
/// <param name="goal">The ratio to the limit that it is to reach; null for none.</param>
internal abstract class Scenario(string name, string title, string limit, double? goal)
{
    /// <summary>The share of wrong answers up to which a scenario was what it says; beyond, its goal is missed.</summary>
    public const double FewWrong = 0.01;

    private const double MostWrong = 0.5;

    public string Name => name;

    public string Title => title;

    /// <summary>What the limit is, in words.</summary>
    public string Limit => limit;

    /// <summary>The ratio to the limit that it is to reach.</summary>
    public double? Goal => goal;

    /// <summary>Milliseconds of processor time that the processes of the store may spend on one, all together.</summary>
    public double? CpuGoal { get; init; }

    public abstract Task<Measurement> MeasureAsync(Stage stage);

    /// <summary>A store that answers something else is not fast: every second may be wrong at most, and the table says how many were.</summary>
    /// <returns>The share of those.</returns>
    protected double Check(LoadResult result)
    {
        var share = result.Wrong / (double)Math.Max(1, result.Wrong + result.Count);
        return result.Count > 0 && share <= MostWrong
            ? share
            : throw new InvalidOperationException($"{Name}: {result.Wrong} answers were not as expected: {result.FirstWrong}");
    }
}

/// <summary>One run of a scenario.</summary>
/// <param name="Rate">A second, at saturation.</param>
/// <param name="P50">Milliseconds at half of that rate, from the planned time; likewise <paramref name="P99"/>.</param>
/// <param name="Limit">The rate of the limit.</param>
/// <param name="Used">At saturation.</param>
/// <param name="Count">How many were served with that.</param>
internal sealed record Measurement(
    double Rate, double P50, double P99, double Limit, Usage? Used, double Count)
{
    /// <summary>The share of the answers that were not as expected; they count for nothing.</summary>
    public double Wrong { get; init; }

    /// <summary>Milliseconds; only where the limit is a time, too.</summary>
    public double? LimitP99 { get; init; }

    /// <summary>Milliseconds of processor time for one, of everything that belongs to the store.</summary>
    public double CpuOfStore => Used is null ? double.NaN : 1000 * Used.Cpu.Where(pair => pair.Key != "load").Sum(pair => pair.Value) / Count;

    /// <summary>Milliseconds of processor time for one, of all copies of a service, or of another process.</summary>
    public double CpuOf(string name) => Used is null
        ? double.NaN
        : 1000 * Used.Cpu.Where(pair => pair.Key == name || pair.Key.StartsWith(name + "-", StringComparison.Ordinal)).Sum(pair => pair.Value) / Count;

    /// <summary>MB that all services hold together at the end of it (PSS).</summary>
    public double Megabytes => Used is null ? double.NaN : Used.Memory.Values.Sum();

    /// <summary>
    /// What the gateway, or all the services, allocate for one; not a number when the count of one of them has gone back. It does
    /// when the collector puts a heap to rest: that heap's bytes are left out (https://github.com/dotnet/runtime/pull/131069).
    /// </summary>
    public double Kilobytes(bool isGateway)
    {
        if (Used is null)
            return double.NaN;
        List<long> allocated = [.. Used.Allocated.Where(pair => (pair.Key == "gateway") == isGateway).Select(pair => pair.Value)];
        return allocated.Exists(bytes => bytes <= 0) ? double.NaN : allocated.Sum() / Count / 1024;
    }
}
