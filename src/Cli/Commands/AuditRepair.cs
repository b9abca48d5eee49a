using GoCart.Cli.Views;
using GoCart.Operator;
using GoCart.Operator.Audit;
using GoCart.Operator.Repair;

namespace GoCart.Cli.Commands;

/// <summary>gocart audit --repair: says what it would do, asks, does it, and says what it did.</summary>
internal static class AuditRepair
{
    /// <returns>The report, with what was repaired.</returns>
    public static async Task<AuditReport> RunAsync(
        CommandContext context, OperatorSettings settings, AuditReport report, bool yes, CancellationToken cancellationToken)
    {
        var repairable = Repairer.Repairable(report);
        if (repairable.Count == 0)
        {
            context.Terminal.SayWarning("None of this can be repaired by sending an event again or by one more entry in a ledger.");
            return report with { Repaired = [] };
        }

        foreach (var violation in repairable)
            context.Terminal.Say($"To do: {AuditViews.Plan(violation)}");
        if (!yes)
        {
            if (context.Terminal.Prompt is null)
                throw CliException.Usage("There is nobody to ask whether to repair.", "Say --yes to go ahead.");
            if (!await context.ConfirmAsync("Do that?", cancellationToken))
                return report with { Repaired = [] };
        }

        var results = await Repairer.RunAsync(settings, repairable, context.Clock, cancellationToken);
        foreach (var result in results)
        {
            if (result.IsDone)
                context.Terminal.SayDone(result.Sentence);
            else
                context.Terminal.SayWarning(result.Sentence);
        }
        return report with { Repaired = [.. results.Where(result => result.IsDone).Select(result => result.Sentence)] };
    }
}
