using System.Diagnostics;
using GoCart.AppHost;
using GoCart.AppHost.Local;
using GoCart.Bench.Load;
using GoCart.Bench.Reports;
using GoCart.Bench.Scenarios;
using GoCart.Bench.Store;
using GoCart.Operator.Audit;
using Npgsql;

namespace GoCart.Bench;

/// <summary>A store from zero, all scenarios in turn as often as asked for, and the report.</summary>
internal sealed class BenchRun(Options options, Action<string> say)
{
    private const int OrdersOfEachReader = 20;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var scenarios = All.Create().Where(IsWanted).ToList();
        var measured = scenarios.ToDictionary(scenario => scenario, _ => new List<Measurement>());

        say("Starting a store.");
        await using var store = await BenchStore.StartAsync(
            Copies(options.Copies), store => Assortment.FillAsync(store, options.Products), say, cancellationToken);
        var idle = store.Memory();
        var stage = await PrepareAsync(store);

        double loaded = 0;
        foreach (var balances in (bool[])[true, false])
        {
            for (var run = 1; run <= options.Runs; run++)
            {
                foreach (var scenario in scenarios.Where(scenario => All.Balances(scenario) == balances))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (await TryMeasureAsync(scenario, stage, run) is { } result)
                        measured[scenario].Add(result);
                    loaded = Math.Max(loaded, store.Memory());
                }
            }
            if (balances)
                await AuditAsync(store, cancellationToken);
        }

        var report = new Report(options, measured, idle, loaded, await VersionsAsync(store)).Write();
        say(report);
        if (options.Report is { } file)
            await File.WriteAllTextAsync(file, report, cancellationToken);
    }

    /// <summary>A scenario that fails says why, and is missing in the report; the others go on.</summary>
    private async Task<Measurement?> TryMeasureAsync(Scenario scenario, Stage stage, int run)
    {
        try
        {
            var result = await scenario.MeasureAsync(stage);
            say(FormattableString.Invariant(
                $"{run} {scenario.Name}: {result.Rate:0} a second, p50 {result.P50:0.00} ms, p99 {result.P99:0.00} ms, limit {result.Limit:0.0}"));
            return result;
        }
        catch (Exception e) when (e is InvalidOperationException or TimeoutException or IOException or OperationCanceledException)
        {
            say($"{run} {scenario.Name} failed: {e.Message}");
            return null;
        }
    }

    private bool IsWanted(Scenario scenario) =>
        options.Scenarios.Count == 0 || options.Scenarios.Any(name => scenario.Name.StartsWith(name, StringComparison.Ordinal));

    private static Replicas Copies(int copies) =>
        Replicas.Parse(string.Join(',', StoreDatabases.Names.Select(name => $"{name}={copies}")), out var problem)
        ?? throw new InvalidOperationException(problem);

    /// <summary>The readers have twenty orders each, and then five items in the cart.</summary>
    private async Task<Stage> PrepareAsync(BenchStore store)
    {
        var stage = new Stage(store, new Assortment(store.Tokens), options.Length, say);
        var readers = Assortment.Readers.ToList();
        var start = Stopwatch.GetTimestamp();
        var orders = await OrdersAsync(store, readers);
        using (var load = stage.Load(readers.Count / 2, new SessionWork(stage.Assortment, [.. readers.Take(readers.Count / 2)])))
        using (var other = stage.Load(readers.Count / 2, new SessionWork(stage.Assortment, [.. readers.Skip(readers.Count / 2)])))
        {
            foreach (var half in (Generator[])[load, other])
            {
                do
                {
                    var result = await half.SaturateAsync(TimeSpan.FromSeconds(1));
                    if (result.Wrong > 0)
                        throw new InvalidOperationException($"An order to begin with failed: {result.FirstWrong}");
                    orders = await OrdersAsync(store, readers);
                }
                while (half == load
                    ? readers.Take(readers.Count / 2).Any(reader => orders[reader].Count < OrdersOfEachReader)
                    : readers.Any(reader => orders[reader].Count < OrdersOfEachReader));
            }
        }
        await Assortment.FillCartsAsync(store, readers, items: 5);
        say($"The store is ready and has orders, after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s.");
        return stage with { OrdersOfReaders = orders };
    }

    private static async Task<Dictionary<int, IReadOnlyList<Guid>>> OrdersAsync(BenchStore store, IEnumerable<int> readers)
    {
        await using var db = NpgsqlDataSource.Create(store.ConnectionString("orders") + ";Pooling=false");
        await using var command = db.CreateCommand("select user_id, id from orders order by id desc");
        await using var rows = await command.ExecuteReaderAsync();
        var orders = new Dictionary<Guid, List<Guid>>();
        while (await rows.ReadAsync())
        {
            if (!orders.TryGetValue(rows.GetGuid(0), out var own))
                orders[rows.GetGuid(0)] = own = [];
            own.Add(rows.GetGuid(1));
        }
        return readers.ToDictionary(
            reader => reader, reader => (IReadOnlyList<Guid>)orders.GetValueOrDefault(Assortment.CustomerId(reader), []));
    }

    /// <summary>Everything that was ordered is accounted for, to the last unit.</summary>
    private async Task AuditAsync(BenchStore store, CancellationToken cancellationToken)
    {
        var report = await Auditor.RunAsync(store.OperatorSettings, new AuditOptions(), TimeProvider.System, cancellationToken);
        if (report.Violations.Count > 0)
            throw new InvalidOperationException($"The audit found {report.Violations.Count} violations: {report.Violations[0]}");
        say("The audit of all four databases found nothing amiss.");
    }

    private static async Task<string> VersionsAsync(BenchStore store)
    {
        await using var db = NpgsqlDataSource.Create(store.ConnectionString("postgres"));
        await using var command = db.CreateCommand("show server_version");
        return $".NET {Environment.Version}, PostgreSQL {await command.ExecuteScalarAsync()}";
    }
}
