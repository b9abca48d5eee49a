using GoCart.Bench.Scenarios;
using GoCart.Bench.Shops;

namespace GoCart.Bench.Reports;

/// <summary>Beside the shops that people pick.</summary>
internal static class PeerReport
{
    private const double CpuGoal = 0.01;

    public static void Write(Markdown text, Findings findings)
    {
        text.Line();
        text.Line("## Beside Medusa and Vendure");
        text.Line();
        text.Line("From npm in the versions of `bench/peers`, as their documentation starts them, in the same run, with their databases in the same");
        text.Line("PostgreSQL and 1,000 products; 16 shoppers who wait for their answers. Their checkout has one item, an address, shipping and a payment that");
        text.Line("always succeeds, in the fewest calls that their APIs allow; ours has three items, and counts when their stock is reserved. CPU is");
        text.Line("that of their processes and PostgreSQL; ours has the broker's, too.");
        text.Head("shop", "operation", "a second", "p50 ms", "p99 ms", "CPU ms", "failed", "GoCart, a second", "CPU ms", "times", "goal", "met");
        foreach (var result in findings.Peers)
            WriteRow(text, findings, result);
    }

    private static void WriteRow(Markdown text, Findings findings, PeerResult result)
    {
        var (peer, operation) = (result.Peer, result.Operation);
        if (result.Load is not { } load)
        {
            text.Row(peer.Name, operation.Title, $"failed: {result.Failure}", "", "", "", "", "", "", "", "", "");
            return;
        }
        if (operation == PeerOperation.Scarce)
        {
            text.Row(
                peer.Name, operation.Title, $"{load.Count} units", "", "", "", $"{load.Failed}",
                findings.LastUnitsSold is { } sold ? $"{sold} units" : "", "", "", "10 units", findings.LastUnitsSold == 10 ? "yes" : "no");
            return;
        }

        var scenario = findings.Scenarios.FirstOrDefault(scenario => scenario.Name == operation.Scenario);
        IReadOnlyList<Measurement> runs = scenario is null ? [] : findings.RunsOf(scenario);
        var (ours, cpu) = (Markdown.Median(runs.Select(run => run.Rate)), Markdown.Median(runs.Select(run => run.CpuOfStore)));
        var times = ours / load.PerSecond;
        var (goal, isMet) = (operation == PeerOperation.Order, operation.IsRead) switch
        {
            (true, _) when peer.Folder == "medusa" =>
                ($"{peer.OrderGoal:0} ×, a hundredth of the CPU", times >= peer.OrderGoal && cpu <= CpuGoal * result.Cpu),
            (true, _) => ($"{peer.OrderGoal:0} ×", times >= peer.OrderGoal),
            (_, true) => ($"{peer.ReadGoal:0} ×", times >= peer.ReadGoal),
            _ => ("", false),
        };
        text.Row(
            peer.Name, operation.Title, Markdown.Number(load.PerSecond, "#,0.0"), Markdown.Number(load.P50 ?? double.NaN, "0"),
            Markdown.Number(load.P99 ?? double.NaN, "0"), Markdown.Number(result.Cpu, "0.0"), $"{load.Failed}",
            Markdown.Number(ours), Markdown.Number(cpu, "0.00"), Markdown.Number(times),
            goal, goal == "" || double.IsNaN(times) ? "" : isMet ? "yes" : "no");
    }
}
