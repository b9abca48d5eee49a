using System.Globalization;
using GoCart.Faults.Checks;

namespace GoCart.Faults.Reports;

/// <summary>What was measured, as Markdown: for docs/guarantees.md.</summary>
internal static class Summary
{
    public static string Of(
        IReadOnlyList<RoundReport> rounds, Footprint before, Footprint after, IReadOnlyList<BrokenPromise> broken)
    {
        var lines = new List<string>
        {
            $"{rounds.Count} rounds, seeds {rounds.Min(round => round.Schedule.Seed)} to {rounds.Max(round => round.Schedule.Seed)}, "
            + $"{Machine.Describe()}, load average {RoundReport.LoadAverage()} at the end: "
            + $"{rounds.Count(round => round.IsPassed)} passed, {rounds.Count(round => !round.IsPassed)} failed.",
            "",
            "| fault | rounds | not everything served, longest | recovery, longest | promised | seeds that broke a promise |",
            "| --- | --- | --- | --- | --- | --- |",
        };

        lines.AddRange(
            from round in rounds
            from outcome in round.Outcomes.Where(outcome => outcome.WasAlone)
            group (round, outcome) by outcome.Fault.Name into seen
            let promised = seen.First().outcome.Fault.Recovery
            let recoveries = seen.Select(each => each.outcome.Recovery).ToList()
            let failed = seen.Where(each => !each.round.IsPassed).Select(each => each.round.Schedule.Seed).Distinct()
            select Text($"| {seen.Key} | {seen.Count()} | {seen.Max(each => each.outcome.Outage).TotalSeconds:0.0} s | {Longest(recoveries)} | {(promised is { } time ? Text($"{time.TotalSeconds:0} s") : "")} | {string.Join(", ", failed)} |"));

        lines.AddRange(["", $"Footprint before: {before}; after: {after}."]);
        lines.AddRange(rounds.SelectMany(round => round.Broken.Select(promise => $"- seed {round.Schedule.Seed}: {promise}")));
        lines.AddRange(broken.Select(promise => $"- the whole run: {promise}"));
        return string.Join('\n', lines) + "\n";
    }

    private static string Longest(List<TimeSpan?> recoveries) => recoveries.Contains(null)
        ? "none"
        : Text($"{recoveries.Max()!.Value.TotalSeconds:0.0} s"); // none of them is null

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
