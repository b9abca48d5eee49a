using GoCart.Bench.Scenarios;

namespace GoCart.Bench.Reports;

/// <summary>What was measured, as Markdown.</summary>
internal sealed class Report(Findings findings)
{
    private readonly Markdown _text = new();

    public static string Of(Findings findings) => new Report(findings).Write();

    private string Write()
    {
        var options = findings.Options;
        _text.Line("# Performance");
        _text.Line();
        _text.Line("Written by `bench/run`, which starts a store of its own, built in Release, on durable disks, and measures each scenario beside");
        _text.Line("the least that the same machine needs for the same work. Load, services, PostgreSQL and RabbitMQ share its cores, so the");
        _text.Line("ratios say more than the figures.");
        _text.Line();
        _text.Line($"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GB of memory, {findings.Versions}; "
            + $"{Markdown.Number(options.Size.Products)} products, one of each service. Medians of {options.Runs} runs of {Markdown.Number(options.Length.TotalSeconds, "0.#")} s, with the");
        _text.Line("smallest and the largest, after one that is not counted, in which .NET compiles what runs often. Latencies are those of an open");
        _text.Line("loop at half of the rate, from the time at which a request was to be sent; those of a session are of its order, with all");
        _text.Line("clients at work.");
        if (!findings.IsComplete)
        {
            _text.Line();
            _text.Line("**The run did not come to its end; this is what it had measured until then.**");
        }
        if (findings.Scenarios.Count > 0)
        {
            WriteRates();
            WriteCosts();
            WriteLimits();
            _text.Line();
            _text.Line(findings.Audit);
        }
        if (findings.Footprints.Count > 0)
            StartReport.Write(_text, findings);
        if (findings.Peers.Count > 0)
            PeerReport.Write(_text, findings);
        return _text.ToString();
    }

    private void WriteRates()
    {
        _text.Head("scenario", "a second", "p50 ms", "p99 ms", "limit", "ratio", "goal", "met");
        foreach (var scenario in findings.Scenarios)
        {
            var runs = findings.RunsOf(scenario);
            var failure = findings.FailureOf(scenario);
            if (runs.Count > 0)
            {
                var met = new Verdict(scenario, runs);
                var wrong = runs.Max(run => run.Wrong);
                _text.Row(
                    scenario.Title
                        + (wrong == 0 ? "" : $" (up to {Markdown.Number(100 * wrong, "0.00")} % of the answers refused or wrong)")
                        + (failure is null ? "" : $" ({runs.Count} of {findings.Options.Runs} runs; another failed: {failure})"),
                    Markdown.Spread([.. runs.Select(run => run.Rate)]),
                    Markdown.Number(Markdown.Median(runs.Select(run => run.P50)), "0.0"),
                    Markdown.Number(Markdown.Median(runs.Select(run => run.P99)), "0.0"),
                    met.Limit, met.Ratio, met.Goal, met.IsMet);
            }
            else if (failure is not null)
            {
                _text.Row(scenario.Title, $"failed: {failure}", "", "", "", "", new Verdict(scenario, runs).Goal, "no");
            }
        }
    }

    private void WriteCosts()
    {
        string[] processes = ["gateway", "users", "products", "carts", "orders", "PostgreSQL", "broker"];
        _text.Line();
        _text.Line("What one request costs: milliseconds of processor time (seconds for a thousand) by process, of the store's processes together,");
        _text.Line("and of the load; KB that the gateway and the services allocate; and MB that these hold together (PSS) when the full load ends.");
        _text.Head(["scenario", .. processes, "together", "load", "KB gateway", "KB services", "MB"]);
        foreach (var scenario in findings.Scenarios)
        {
            List<Measurement> runs = [.. findings.RunsOf(scenario).Where(run => run.Used is not null)];
            if (runs.Count == 0)
                continue;
            _text.Row(
            [
                scenario.Title,
                .. processes.Select(name => Markdown.Number(Markdown.Median(runs.Select(run => run.CpuOf(name))), "0.000")),
                Markdown.Number(Markdown.Median(runs.Select(run => run.CpuOfStore)), "0.00"),
                Markdown.Number(Markdown.Median(runs.Select(run => run.CpuOf("load"))), "0.000"),
                Markdown.Number(Markdown.Median(Kilobytes(isGateway: true)), "0.0"),
                Markdown.Number(Markdown.Median(Kilobytes(isGateway: false)), "0.0"),
                Markdown.Number(Markdown.Median(runs.Select(run => run.Megabytes)), "0"),
            ]);

            IEnumerable<double> Kilobytes(bool isGateway) =>
                runs.Select(run => run.Kilobytes(isGateway)).Where(kilobytes => !double.IsNaN(kilobytes));
        }
    }

    private void WriteLimits()
    {
        _text.Line();
        _text.Line("The limits:");
        _text.Line();
        foreach (var scenario in findings.Scenarios)
            _text.Line($"- {scenario.Title}: {scenario.Limit}.");
    }
}
