namespace GoCart.Bench.Reports;

/// <summary>Start and size of the services.</summary>
internal static class StartReport
{
    private const double ReadyGoal = 500, IdleGoal = 250, LoadedGoal = 450;

    public static void Write(Markdown text, Findings findings)
    {
        text.Line();
        text.Line("## Start and size");
        text.Line();
        text.Line("From the start of its process to its first answer that it is ready, with the rest of the store running; memory as its share");
        text.Line("(PSS), idle after the start and the most at the end of the full load of any scenario; the bench, which runs on the same runtime,");
        text.Line("carries a share of it, too.");
        text.Head("service", "ready, ms", "idle, MB", "under load, MB");
        foreach (var one in findings.Footprints)
            text.Row(one.Service, Markdown.Spread(one.Ready), Markdown.Number(one.Idle, "0"), Markdown.Number(one.Loaded, "0"));

        var slowest = findings.Footprints.Max(one => Markdown.Median(one.Ready));
        var (idle, loaded) = (findings.Footprints.Sum(one => one.Idle), findings.Footprints.Sum(one => one.Loaded));
        text.Row("together", "", Markdown.Number(idle, "0"), Markdown.Number(loaded, "0"));
        text.Row("goal", $"{ReadyGoal} each", $"{IdleGoal}", $"{LoadedGoal}");
        text.Row("met", YesOrNo(slowest <= ReadyGoal), YesOrNo(idle <= IdleGoal), YesOrNo(loaded <= LoadedGoal));
        text.Line();
        text.Line(findings.SecondStart);
    }

    private static string YesOrNo(bool isMet) => isMet ? "yes" : "no";
}
