using System.Diagnostics;
using GoCart.Bench.Reports;
using GoCart.Bench.Scenarios;
using GoCart.Bench.Store;

namespace GoCart.Bench;

/// <summary>
/// The same scenarios at several stores, each larger than the one before, without the limits. All stores run at once and are
/// measured in turn: one after the other, what the machine had to do besides would be taken for a difference between them.
/// </summary>
/// <param name="question">What the series is to answer.</param>
/// <param name="goal">How much of the first store's rate the others are to keep.</param>
internal sealed class SeriesRun(
    Options options, string title, string question, double goal, IReadOnlyList<(string Name, StoreSize Size)> stores, Action<string> say)
{
    /// <summary>Those which could get slower; login is as slow as its hash.</summary>
    private static readonly string[] Scenarios =
        ["product", "page", "unknown", "cart", "order", "orders", "add", "place", "session-8"];

    private readonly SeriesReport _report = new(options, title, question, goal);

    /// <summary>A store that is being measured.</summary>
    private sealed record Entrant(SeriesColumn Column, Stage Stage)
    {
        public IReadOnlyList<Scenario> Scenarios { get; } = All.Create();
    }

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
        var entrants = new List<Entrant>();
        try
        {
            foreach (var (name, size) in stores)
                await StartAsync(entrants, _report.Begin(name), size, cancellationToken);
            await MeasureAsync(entrants, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            say("Interrupted.");
        }
        finally
        {
            Write();
            say(_report.Write());
            foreach (var entrant in entrants)
                await entrant.Stage.Store.DisposeAsync();
        }
    }

    private async Task StartAsync(List<Entrant> entrants, SeriesColumn column, StoreSize size, CancellationToken cancellationToken)
    {
        say($"A store of {column.Name}.");
        var start = Stopwatch.GetTimestamp();
        BenchStore? store = null;
        try
        {
            store = await BenchStore.StartAsync(size, column.Notes.Add, say, cancellationToken);
            say($"It is filled and runs, after {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s.");
            var stage = await Preparation.MakeAsync(store, options.Length, say, cancellationToken);
            entrants.Add(new(column, stage with { HasRatesAlone = true }));
        }
        catch (Exception e)
        {
            if (store is not null)
                await store.DisposeAsync();
            if (cancellationToken.IsCancellationRequested)
                throw;
            column.Notes.Add($"failed: {Findings.OneLine(e)}");
            say($"{column.Name} failed: {e}");
        }
    }

    private async Task MeasureAsync(List<Entrant> entrants, CancellationToken cancellationToken)
    {
        foreach (var name in Scenarios.Where(options.IsWanted))
        {
            foreach (var entrant in entrants)
                await BenchRun.WarmUpAsync(entrant.Scenarios.Single(scenario => scenario.Name == name), entrant.Stage, say, cancellationToken);
        }
        for (var run = 1; run <= options.Runs; run++)
        {
            foreach (var name in Scenarios.Where(options.IsWanted))
            {
                foreach (var entrant in entrants)
                {
                    await TryMeasureAsync(entrant, entrant.Scenarios.Single(scenario => scenario.Name == name), run, cancellationToken);
                    Write();
                }
            }
        }
    }

    private async Task TryMeasureAsync(Entrant entrant, Scenario scenario, int run, CancellationToken cancellationToken)
    {
        var (column, stage) = (entrant.Column, entrant.Stage);
        try
        {
            var result = await scenario.MeasureAsync(stage).WaitAsync(BenchRun.ScenarioLimit, cancellationToken);
            column.Add(scenario, run, result);
            say(FormattableString.Invariant($"{column.Name}, {scenario.Name}: {result.Rate:0} a second"));
            column.Connections = Math.Max(column.Connections, await stage.Store.ConnectionsAsync());
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            column.Notes.Add($"{scenario.Name} failed: {Findings.OneLine(e)}");
            say($"{column.Name}, {scenario.Name} failed: {e}");
        }
    }

    private void Write()
    {
        if (options.Report is { } file)
            File.WriteAllText(file, _report.Write());
    }
}
