using System.Globalization;
using GoCart.Faults.Checks;
using GoCart.Faults.Load;

namespace GoCart.Faults.Reports;

/// <summary>What one round showed.</summary>
/// <param name="ForeignProcessors">How many were busy with something else meanwhile, on average.</param>
internal sealed record RoundReport(
    Schedule Schedule, TimeSpan Started, TimeSpan Ended, IReadOnlyList<Exchange> Exchanges,
    IReadOnlyList<FaultOutcome> Outcomes, Settled Settled, IReadOnlyList<string> Skipped, IReadOnlyList<BrokenPromise> Broken,
    double ForeignProcessors)
{
    private const int MostBroken = 20;

    public bool IsPassed => Broken.Count == 0;

    /// <summary>Requests served, a second.</summary>
    public double Goodput => Exchanges.Count(exchange => exchange.IsGood) / (Ended - Started).TotalSeconds;

    /// <summary>For the person at the terminal.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"seed {Schedule.Seed}: {(IsPassed ? "passed" : "FAILED")}";
        yield return $"  schedule: {Schedule}";
        foreach (var skipped in Skipped)
            yield return $"  skipped: {skipped}";
        foreach (var outcome in Outcomes)
        {
            yield return Text(
                $"  {outcome.Fault.Name}: from {At(outcome.Injected)}, {(outcome.Healed - outcome.Injected).TotalSeconds:0.0} s; not everything was served for {outcome.Outage.TotalSeconds:0.00} s; recovered {RecoveryOf(outcome)}");
        }

        yield return Text($"  {Exchanges.Count} requests in {(Ended - Started).TotalSeconds:0.0} s, {Goodput:0.0} served a second; {Statuses()}");
        var counted = string.Join(", ", Settled.Audit.Checked.Select(count => $"{count.Value} {count.Key}"));
        yield return Text(
            $"  settled after {Settled.After.TotalSeconds:0.0} s; auditor: {Settled.Audit.Violations.Count} violations in {counted}; load average {LoadAverage()}, {ForeignProcessors:0.00} processors busy with something else");
        foreach (var broken in Broken.Take(MostBroken))
            yield return Text($"  BROKEN {broken} [reproduce: --seed {Schedule.Seed}; round began at {Started.TotalSeconds:0.00} s]");
        if (Broken.Count > MostBroken)
            yield return $"  and {Broken.Count - MostBroken} more";
    }

    /// <summary>Of the last minute: recovery is slower where others work, too.</summary>
    public static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    public static string RecoveryOf(FaultOutcome outcome)
    {
        var took = outcome.Recovery is { } recovery ? Text($"after {recovery.TotalSeconds:0.00} s") : "not at all";
        return outcome is { WasAlone: true, Fault.Recovery: { } promised } ? Text($"{took} (promised {promised.TotalSeconds:0} s)") : took;
    }

    private string Statuses() => string.Join(", ",
        from exchange in Exchanges
        group exchange by exchange.Status is { } status ? ((int)status).ToString(CultureInfo.InvariantCulture) : "no answer" into statuses
        orderby statuses.Key
        select $"{statuses.Key}: {statuses.Count()}");

    private string At(TimeSpan time) => Text($"{(time - Started).TotalSeconds:0.0} s");

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
