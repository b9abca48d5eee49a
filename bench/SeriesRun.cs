using System.Diagnostics;
using GoCart.AppHost;
using GoCart.AppHost.Local;
using GoCart.Bench.Reports;
using GoCart.Bench.Scenarios;
using GoCart.Bench.Store;

namespace GoCart.Bench;

/// <summary>The same scenarios at one store after the other, each larger than the one before, without the limits.</summary>
/// <param name="question">What the series is to answer.</param>
/// <param name="goal">How much of the first store's rate the others are to keep.</param>
internal sealed class SeriesRun(
    Options options, string title, string question, double goal, IReadOnlyList<(string Name, StoreSize Size)> stores, Action<string> say)
{
    /// <summary>Those which could get slower; login is as slow as its hash.</summary>
    private static readonly string[] Scenarios =
        ["product", "page", "unknown", "cart", "order", "orders", "add", "place", "session-8"];

    public static SeriesRun OfSizes(Options options, IReadOnlyList<int> sizes, Action<string> say) => new(
        options, "Performance with more to keep",
        "Stores with more and more products, as many users, and five times as many orders of three items, their history and their entries in the stock ledger.",
        goal: 1 / 1.3, [.. sizes.Select(size => ($"{Markdown.Number(size)} products", StoreSize.Of(size)))], say);

    public static SeriesRun OfCopies(Options options, IReadOnlyList<int> copies, Action<string> say) => new(
        options, "Performance with more copies",
        "Stores with more and more copies of each service but the gateway, all on the same cores.",
        goal: 0.9, [.. copies.Select(count => ($"{count} of each service", new StoreSize(Copies: count)))], say);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var report = new SeriesReport(options, title, question, goal);
        try
        {
            foreach (var (name, size) in stores)
            {
                say($"A store of {name}.");
                await MeasureAsync(report.Begin(name), options with { Size = size }, report, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            say("Interrupted.");
        }
        finally
        {
            Write(report);
            say(report.Write());
        }
    }

    private async Task MeasureAsync(SeriesColumn column, Options sized, SeriesReport report, CancellationToken cancellationToken)
    {
        try
        {
            await using var store = await BenchStore.StartAsync(
                CopiesOf(sized.Size), store => FillAsync(store, column, sized.Size), say, cancellationToken);
            var stage = await Preparation.MakeAsync(store, options.Length, say, cancellationToken) with { HasRatesAlone = true };
            var scenarios = All.Create().Where(scenario => Scenarios.Contains(scenario.Name) && options.IsWanted(scenario.Name)).ToList();
            foreach (var scenario in scenarios)
                await BenchRun.WarmUpAsync(scenario, stage, say, cancellationToken);
            for (var run = 1; run <= options.Runs; run++)
            {
                foreach (var scenario in scenarios)
                {
                    await TryMeasureAsync(column, scenario, stage, cancellationToken);
                    column.Connections = Math.Max(column.Connections, await store.ConnectionsAsync());
                    Write(report);
                }
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            column.Notes.Add($"failed: {Findings.OneLine(e)}");
            say($"{column.Name} failed: {e}");
        }
    }

    private async Task FillAsync(BenchStore store, SeriesColumn column, StoreSize size)
    {
        var start = Stopwatch.GetTimestamp();
        await Assortment.FillAsync(store, size, column.Notes.Add);
        say($"Its databases are filled, after {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s.");
    }

    private async Task TryMeasureAsync(SeriesColumn column, Scenario scenario, Stage stage, CancellationToken cancellationToken)
    {
        try
        {
            var result = await scenario.MeasureAsync(stage).WaitAsync(BenchRun.ScenarioLimit, cancellationToken);
            column.Add(scenario, result.Rate);
            say(FormattableString.Invariant($"{column.Name}, {scenario.Name}: {result.Rate:0} a second"));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            column.Notes.Add($"{scenario.Name} failed: {Findings.OneLine(e)}");
            say($"{column.Name}, {scenario.Name} failed: {e}");
        }
    }

    private void Write(SeriesReport report)
    {
        if (options.Report is { } file)
            File.WriteAllText(file, report.Write());
    }

    internal static Replicas CopiesOf(StoreSize size) =>
        Replicas.Parse(string.Join(',', StoreDatabases.Names.Select(name => $"{name}={size.Copies}")), out var problem)
        ?? throw new InvalidOperationException(problem);
}
