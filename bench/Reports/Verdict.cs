using GoCart.Bench.Scenarios;

namespace GoCart.Bench.Reports;

/// <summary>The runs of a scenario beside its limit and its goal, as cells of a table.</summary>
internal sealed class Verdict(Scenario scenario, IReadOnlyList<Measurement> runs)
{
    private bool IsTime => scenario is OrderToReserved;

    private double MedianRatio => Markdown.Median(runs.Select(run => run.Rate / run.Limit));

    private double MedianTime => Markdown.Median(runs.Select(run => run.P50 / run.Limit));

    private double HighTime => Markdown.Median(runs.Select(run => run.P99 / run.LimitP99 ?? double.NaN));

    private double Cpu => Markdown.Median(runs.Select(run => run.CpuOfStore));

    public string Limit => IsTime
        ? $"p50 {Markdown.Number(Markdown.Median(runs.Select(run => run.Limit)), "0.0")}, p99 {Markdown.Number(Markdown.Median(runs.Select(run => run.LimitP99 ?? double.NaN)), "0.0")}"
        : Markdown.Spread([.. runs.Select(run => run.Limit)]);

    public string Ratio => IsTime
        ? $"{Markdown.Number(MedianTime, "0.0")} ×, {Markdown.Number(HighTime, "0.0")} ×"
        : Markdown.Number(MedianRatio, "0.00");

    public string Goal => (IsTime, scenario.Goal, scenario.CpuGoal) switch
    {
        (true, _, _) => $"{OrderToReserved.TimesOfMedian} ×, {OrderToReserved.TimesOfHigh} ×",
        (_, null, _) => "",
        (_, { } goal, { } cpu) => $"{Markdown.Number(goal, "0.00")}, {Markdown.Number(cpu, "0.#")} ms of CPU",
        (_, { } goal, _) => Markdown.Number(goal, "0.00"),
    };

    private bool IsRight => runs.All(run => run.Wrong <= Scenario.FewWrong);

    public string IsMet => (IsTime, scenario.Goal, scenario.CpuGoal) switch
    {
        (true, _, _) => YesOrNo(IsRight && MedianTime <= OrderToReserved.TimesOfMedian && HighTime <= OrderToReserved.TimesOfHigh),
        (_, null, _) => "",
        (_, { } goal, { } cpu) => YesOrNo(IsRight && MedianRatio >= goal && Cpu <= cpu),
        (_, { } goal, _) => YesOrNo(IsRight && MedianRatio >= goal),
    };

    private static string YesOrNo(bool isMet) => isMet ? "yes" : "no";
}
