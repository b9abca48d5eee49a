using System.CommandLine;
using GoCart.Cli.Views;
using GoCart.Operator.Audit;

namespace GoCart.Cli.Commands;

/// <summary>gocart audit</summary>
internal static class AuditCommand
{
    public static Command Create(CommandRunner runner)
    {
        var settings = new SettingsOption();
        var settled = new Option<bool>("--settled")
        {
            Description = "Demand too that nothing is under way: for a store that nobody has used for half a minute.",
        };
        var command = new Command("audit", "Proves from the databases that no order, no stock and no money got lost; changes nothing.")
        {
            settings, settled,
        };
        return runner.RunsForOperator(command, async (context, parsed, cancellationToken) =>
        {
            var report = await context.Terminal.WhileAsync("Reading the databases …", () => Auditor.RunAsync(
                settings.Read(parsed, runner.Environment), parsed.GetValue(settled), context.Clock, cancellationToken));

            if (context.IsJson)
                context.PrintJson(report);
            else if (!report.IsClean)
                context.Print(AuditViews.Table(report));

            if (!report.IsClean)
                throw new CliException(ExitCode.Failed, AuditViews.Broken(report));
            context.Terminal.SayDone(AuditViews.Clean(report));
        });
    }
}
