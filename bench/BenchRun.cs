using GoCart.Bench.Measuring;
using GoCart.Bench.Reports;
using GoCart.Bench.Scenarios;
using GoCart.Bench.Shops;
using GoCart.Bench.Store;
using GoCart.Operator.Audit;
using Npgsql;

namespace GoCart.Bench;

/// <summary>
/// A store from zero, all scenarios in turn as often as asked for, and the report. Whatever fails is a line in the report, and
/// the report is written anew after everything that was measured: a run that is interrupted leaves what it has found.
/// </summary>
internal sealed class BenchRun(Options options, Action<string> say)
{
    /// <summary>More than the slowest of them takes on a busy machine.</summary>
    public static readonly TimeSpan ScenarioLimit = TimeSpan.FromMinutes(3);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var findings = new Findings(options, [.. All.Create().Where(scenario => options.IsWanted(scenario.Name))]);
        try
        {
            await MeasureAsync(findings, cancellationToken);
            findings.IsComplete = true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            say("Interrupted.");
        }
        finally
        {
            Write(findings);
            say(Report.Of(findings));
        }
    }

    private async Task MeasureAsync(Findings findings, CancellationToken cancellationToken)
    {
        if (options.IsWanted(StartMeter.Name))
            await MeasureSecondStartAsync(findings, cancellationToken);

        say("Starting a store.");
        await using var store = await BenchStore.StartAsync(options.Size, say, say, cancellationToken);
        findings.Versions = await VersionsAsync(store);
        if (options.IsWanted(StartMeter.Name))
            findings.Footprints = await StartMeter.MeasureServicesAsync(store, cancellationToken);

        if (findings.Scenarios.Count > 0 && await TryPrepareAsync(findings, store, cancellationToken) is { } stage)
        {
            await MeasureAllAsync(findings, stage, balances: true, cancellationToken);
            await AuditAsync(findings, store, cancellationToken);
            await MeasureAllAsync(findings, stage, balances: false, cancellationToken);
        }
        if (options.Peers.Count > 0)
            await MeasurePeersAsync(findings, store, cancellationToken);
    }

    private async Task<Stage?> TryPrepareAsync(Findings findings, BenchStore store, CancellationToken cancellationToken)
    {
        try
        {
            return await Preparation.MakeAsync(store, options.Length, say, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            foreach (var scenario in findings.Scenarios)
                findings.AddFailure(scenario, e);
            say($"The store could not be prepared: {e}");
            return null;
        }
    }

    private async Task MeasureAllAsync(Findings findings, Stage stage, bool balances, CancellationToken cancellationToken)
    {
        var scenarios = findings.Scenarios.Where(scenario => All.Balances(scenario) == balances).ToList();
        foreach (var scenario in scenarios)
            await WarmUpAsync(scenario, stage, say, cancellationToken);
        for (var run = 1; run <= options.Runs; run++)
        {
            foreach (var scenario in scenarios)
            {
                await TryMeasureAsync(findings, scenario, stage, run, cancellationToken);
                Write(findings);
            }
        }
    }

    /// <summary>
    /// A run that is not counted. A service compiles what it runs often anew, for up to a third of the processor time of its first
    /// half minute under load; a shop's services run for weeks, and those that are the limits are warm after seconds.
    /// </summary>
    public static async Task WarmUpAsync(Scenario scenario, Stage stage, Action<string> say, CancellationToken cancellationToken)
    {
        try
        {
            await scenario.MeasureAsync(stage with { HasRatesAlone = true }).WaitAsync(ScenarioLimit, cancellationToken);
            say($"{scenario.Name} is warm.");
        }
        // What is wrong with it, its runs will say.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            say($"{scenario.Name} did not get warm: {e.Message}");
        }
    }

    private async Task TryMeasureAsync(Findings findings, Scenario scenario, Stage stage, int run, CancellationToken cancellationToken)
    {
        try
        {
            var result = await scenario.MeasureAsync(stage).WaitAsync(ScenarioLimit, cancellationToken);
            findings.Add(scenario, result);
            foreach (var footprint in findings.Footprints)
                footprint.Loaded = Math.Max(footprint.Loaded, result.Used?.Memory[footprint.Service] ?? 0);
            say(FormattableString.Invariant(
                $"{run} {scenario.Name}: {result.Rate:0} a second, p50 {result.P50:0.00} ms, p99 {result.P99:0.00} ms, limit {result.Limit:0.0}"));
        }
        // Of whatever kind: the others go on.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            findings.AddFailure(scenario, e);
            say($"{run} {scenario.Name} failed: {e}");
        }
    }

    private async Task MeasurePeersAsync(Findings findings, BenchStore store, CancellationToken cancellationToken)
    {
        await SellLastUnitsAsync(findings, store, cancellationToken);
        await store.StopServicesAsync();
        foreach (var peer in options.Peers)
        {
            try
            {
                await foreach (var result in new PeerRun(peer, store, 2 * options.Length, say).MeasureAsync(cancellationToken))
                {
                    findings.Peers.Add(result);
                    Write(findings);
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                findings.Peers.Add(new(peer, PeerOperation.Timed[0], Load: null, double.NaN, Findings.OneLine(e)));
                say($"{peer.Name} failed: {e}");
            }
        }
    }

    private async Task SellLastUnitsAsync(Findings findings, BenchStore store, CancellationToken cancellationToken)
    {
        try
        {
            findings.LastUnitsSold = await LastUnits.SellAsync(store, new Assortment(store)).WaitAsync(ScenarioLimit, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            say($"The sale of the last units failed: {e}");
        }
    }

    private async Task MeasureSecondStartAsync(Findings findings, CancellationToken cancellationToken)
    {
        try
        {
            var seconds = await StartMeter.MeasureSecondStartAsync(cancellationToken);
            findings.SecondStart = $"The second start of a whole store by AppHost, with PostgreSQL and RabbitMQ: {Markdown.Number(seconds, "0.0")} s until all of it is ready.";
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            findings.SecondStart = $"The second start of a whole store by AppHost failed: {Findings.OneLine(e)}.";
        }
        say(findings.SecondStart);
    }

    /// <summary>Everything that was ordered is accounted for, to the last unit.</summary>
    private async Task AuditAsync(Findings findings, BenchStore store, CancellationToken cancellationToken)
    {
        try
        {
            var report = await Auditor.RunAsync(store.OperatorSettings, new AuditOptions(), TimeProvider.System, cancellationToken);
            findings.Audit = report.Violations.Count == 0
                ? "After all orders the audit of the four databases found nothing amiss: every unit is accounted for."
                : $"**After all orders the audit found {report.Violations.Count} violations: {report.Violations[0]}**";
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            findings.Audit = $"**The audit failed: {Findings.OneLine(e)}**";
        }
        say(findings.Audit);
    }

    private void Write(Findings findings)
    {
        if (options.Report is { } file)
            File.WriteAllText(file, Report.Of(findings));
    }

    private static async Task<string> VersionsAsync(BenchStore store)
    {
        await using var db = NpgsqlDataSource.Create(store.ConnectionString("postgres"));
        await using var command = db.CreateCommand("show server_version");
        return $".NET {Environment.Version}, PostgreSQL {await command.ExecuteScalarAsync()}, RabbitMQ {await store.BrokerVersionAsync()}";
    }
}
