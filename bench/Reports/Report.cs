using System.Globalization;
using System.Text;
using GoCart.Bench.Scenarios;

namespace GoCart.Bench.Reports;

/// <summary>What was measured, as Markdown.</summary>
/// <param name="idle">MB of all services together; likewise <paramref name="loaded"/>.</param>
internal sealed class Report(
    Options options, IReadOnlyDictionary<Scenario, List<Measurement>> measured, double idle, double loaded, string versions)
{
    private readonly StringBuilder _text = new();

    public string Write()
    {
        Line("# Performance");
        Line();
        Line("Written by `bench/run`, which starts a store of its own, built in Release, on durable disks, and measures each scenario beside");
        Line("the least that the same machine needs for the same work. Load, services, PostgreSQL and RabbitMQ share its cores, so the");
        Line("ratios say more than the figures.");
        Line();
        Line($"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GB of memory, {versions}; "
            + $"{options.Products} products, {options.Copies} of each service. Medians of {options.Runs} runs of {options.Length.TotalSeconds:0.#} s, with the");
        Line("smallest and the largest. Latencies are those of an open loop at half of the rate, from the time at which a request was to be");
        Line("sent; those of a session are of its order, with all clients at work.");
        WriteRates();
        WriteCosts();
        WriteLimits();
        Line();
        Line(Text($"The five services take {idle:0} MB of memory together after their start and {loaded:0} MB under load (PSS)."));
        return _text.ToString();
    }

    private void WriteRates()
    {
        Line();
        Line("| scenario | a second | p50 ms | p99 ms | limit | ratio | goal |");
        Line("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var (scenario, runs) in measured.Where(pair => pair.Value.Count > 0))
        {
            Line(scenario is OrderToReserved ? Latency(scenario, runs) : Text(
                $"| {scenario.Title} | {Spread(runs, run => run.Rate)} | {Milliseconds(runs, run => run.P50)} | {Milliseconds(runs, run => run.P99)} | {Spread(runs, run => run.Limit)} | {Median(runs, run => run.Rate / run.Limit):0.00} | {scenario.Goal:0.00} |"));
        }
    }

    private static string Latency(Scenario scenario, List<Measurement> runs) => Text(
        $"| {scenario.Title} | {Spread(runs, run => run.Rate)} | {Milliseconds(runs, run => run.P50)} | {Milliseconds(runs, run => run.P99)} | p50 {Milliseconds(runs, run => run.Limit)}, p99 {Milliseconds(runs, run => run.LimitP99 ?? 0)} | {Median(runs, run => run.P50 / run.Limit):0.0} ×, {Median(runs, run => run.P99 / (run.LimitP99 ?? 0)):0.0} × | 2 ×, 5 × |");

    private void WriteCosts()
    {
        Line();
        Line("What one request costs: milliseconds of processor time (seconds for a thousand) by process, and KB that the services allocate.");
        Line();
        Line("| scenario | gateway | users | products | carts | orders | PostgreSQL | broker | load | KB gateway | KB services |");
        Line("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var (scenario, runs) in measured.Where(pair => pair.Value.Any(run => run.Used is not null)))
        {
            var cells = ((string[])["gateway", "users", "products", "carts", "orders", "PostgreSQL", "broker", "load"])
                .Select(name => Text($"{Median(runs, run => Cpu(run, name)):0.000}"));
            Line(Text(
                $"| {scenario.Title} | {string.Join(" | ", cells)} | {Median(runs, run => Kilobytes(run, isGateway: true)):0.0} | {Median(runs, run => Kilobytes(run, isGateway: false)):0.0} |"));
        }
    }

    private void WriteLimits()
    {
        Line();
        Line("The limits:");
        Line();
        foreach (var scenario in measured.Keys)
            Line($"- {scenario.Title}: {scenario.Limit}.");
    }

    /// <summary>Of all copies of a service.</summary>
    private static double Cpu(Measurement run, string name) =>
        1000 * run.Used!.Cpu.Where(pair => pair.Key == name || pair.Key.StartsWith(name + "-", StringComparison.Ordinal)).Sum(pair => pair.Value) / run.Count;

    private static double Kilobytes(Measurement run, bool isGateway) =>
        run.Used!.Allocated.Where(pair => (pair.Key == "gateway") == isGateway).Sum(pair => pair.Value) / run.Count / 1024;

    private static string Spread(List<Measurement> runs, Func<Measurement, double> value) =>
        Text($"{Median(runs, value):#,0} ({runs.Min(value):#,0}–{runs.Max(value):#,0})");

    private static string Milliseconds(List<Measurement> runs, Func<Measurement, double> value) =>
        Median(runs, value) is var median && double.IsNaN(median) ? "" : Text($"{median:0.0}");

    private static double Median(List<Measurement> runs, Func<Measurement, double> value) =>
        runs.Select(value).Order().ElementAt(runs.Count / 2);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Line(string line = "") => _text.Append(line).Append('\n');
}
