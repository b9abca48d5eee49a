using System.CommandLine;
using GoCart.Cli.Views;
using GoCart.Operator;
using GoCart.Operator.Audit;

namespace GoCart.Cli.Commands;

/// <summary>gocart audit</summary>
internal sealed class AuditCommand
{
    /// <summary>What only looking at everything finds is found within a day.</summary>
    private static readonly TimeSpan LongestWithoutFull = TimeSpan.FromDays(1);

    private readonly CommandRunner _runner;
    private readonly SettingsOption _settings = new();

    private readonly Option<bool> _settled = new("--settled")
    {
        Description = "Demand too that nothing is under way: for a store that nobody has used for half a minute.",
    };

    private readonly Option<bool> _sinceLast = new("--since-last")
    {
        Description = "Look only at what has changed since the last clean audit.",
    };

    private readonly Option<string?> _logs = new("--logs")
    {
        Description = "Look for secrets in the files of this folder; otherwise in the logs beside the settings.",
        HelpName = "folder",
    };

    private readonly Option<TimeSpan?> _every = new("--every")
    {
        Description = "Go on auditing, once in that time: what has changed, and once a day everything.",
        HelpName = "60s",
        CustomParser = result =>
        {
            if (Duration.Parse(result.Tokens[0].Value) is { } time)
                return time;
            result.AddError("--every: a time such as 60s, 5m or 1h");
            return null;
        },
    };

    private readonly Option<string?> _metrics = new("--metrics")
    {
        Description = "Write the result as metrics into this file, for Prometheus.",
        HelpName = "file",
    };

    private readonly Option<bool> _repair = new("--repair")
    {
        Description = "Mend what an event sent again, or one more entry in a ledger, can mend; asks first.",
    };

    private readonly Option<bool> _yes = Parameters.Yes();

    private AuditCommand(CommandRunner runner) => _runner = runner;

    public static Command Create(CommandRunner runner)
    {
        var audit = new AuditCommand(runner);
        var command = new Command("audit", "Proves from the databases that no order, no stock and no money got lost; changes nothing, unless told to repair.")
        {
            audit._settings, audit._settled, audit._sinceLast, audit._logs, audit._every, audit._metrics,
            audit._repair, audit._yes,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(audit._repair) && result.GetResult(audit._every) is not null)
                result.AddError("--repair is for one audit, and --every for many.");
        });
        return runner.RunsForOperator(command, audit.RunAsync);
    }

    private async Task RunAsync(CommandContext context, ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = _settings.Read(parsed, _runner.Environment);
        using var metrics = new AuditMetrics(
            export: parsed.GetValue(_every) is not null
                && !string.IsNullOrWhiteSpace(_runner.Environment.Variable("OTEL_EXPORTER_OTLP_ENDPOINT")));

        if (parsed.GetValue(_every) is not { } pause)
        {
            var report = await AuditAsync(context, parsed, settings, parsed.GetValue(_sinceLast), metrics, cancellationToken);
            if (!report.IsClean)
                throw new CliException(ExitCode.Failed, AuditViews.Broken(report), hint: report.Repaired is { Count: > 0 }
                    ? "What was repaired shows when the events have been handled: audit again." : null);
            context.Terminal.SayDone(AuditViews.Clean(report));
            return;
        }

        while (true)
        {
            try
            {
                var report = await AuditAsync(context, parsed, settings, sinceLast: true, metrics, cancellationToken);
                if (report.IsClean)
                    context.Terminal.SayDone(AuditViews.Clean(report));
                else
                    context.Terminal.SayWarning(AuditViews.Broken(report));
            }
            // A database that is away comes back; until then the time of the last clean audit grows old.
            catch (OperatorException e)
            {
                context.Terminal.SayWarning(e.Message);
            }
            await Task.Delay(pause, context.Clock, cancellationToken);
        }
    }

    private async Task<AuditReport> AuditAsync(
        CommandContext context, ParseResult parsed, OperatorSettings settings, bool sinceLast, AuditMetrics metrics,
        CancellationToken cancellationToken)
    {
        var state = AuditState.Read(settings);
        var isFullDue = parsed.GetValue(_every) is not null && !(context.Clock.GetUtcNow() - state.LastFull < LongestWithoutFull);
        var options = new AuditOptions
        {
            Settled = parsed.GetValue(_settled),
            Since = sinceLast && !isFullDue ? state.Since : null,
            Logs = parsed.GetValue(_logs) ?? settings.Logs,
        };

        var begun = context.Clock.GetTimestamp();
        var report = await context.Terminal.WhileAsync(
            "Reading the databases …", () => Auditor.RunAsync(settings, options, context.Clock, cancellationToken));
        state = state.After(report, context.Clock.GetUtcNow());
        metrics.Set(report, state, context.Clock.GetElapsedTime(begun));

        if (!context.IsJson && !report.IsClean)
            context.Print(AuditViews.Table(report));
        if (!report.IsClean && parsed.GetValue(_repair))
            report = await AuditRepair.RunAsync(context, settings, report, parsed.GetValue(_yes), cancellationToken);
        if (context.IsJson)
            context.PrintJson(report);
        if (parsed.GetValue(_metrics) is { } path)
            metrics.WriteFile(path);
        Remember(context, settings, state);
        return report;
    }

    /// <summary>An audit is worth its answer also where nothing may be written.</summary>
    private static void Remember(CommandContext context, OperatorSettings settings, AuditState state)
    {
        try
        {
            state.Write(settings);
        }
        catch (OperatorException e)
        {
            context.Terminal.SayWarning(e.Message);
        }
    }
}
