using System.CommandLine;
using System.Text.Json;
using GoCart.Operator;

namespace GoCart.Cli.Commands;

/// <summary>
/// What whoever runs the store needs. These commands do not speak to the gateway but to databases and broker, with the
/// operator's settings.
/// </summary>
internal static class OperatorCommands
{
    private static readonly JsonSerializerOptions Json = new(Contracts.Json.Tolerant) { WriteIndented = true };

    public static IEnumerable<Command> All(CommandRunner runner) =>
        [AuditCommand.Create(runner), DeadLetterCommands.Create(runner), CreateAdminCommand.Create(runner), KeyCommands.Create(runner)];

    /// <summary>Like <see cref="CommandRunner.Runs"/>; what goes wrong there ends the command like everything else that goes wrong.</summary>
    public static Command RunsForOperator(
        this CommandRunner runner, Command command, Func<CommandContext, ParseResult, CancellationToken, Task> run) =>
        runner.Runs(command, async (context, parsed, cancellationToken) =>
        {
            try
            {
                await run(context, parsed, cancellationToken);
            }
            catch (OperatorException e)
            {
                var exitCode = e switch
                {
                    NothingFoundException => ExitCode.NotFound,
                    TakenException => ExitCode.Conflict,
                    RefusedInputException => ExitCode.Usage,
                    _ => ExitCode.Failed,
                };
                throw new CliException(exitCode, e.Message);
            }
        });

    public static void PrintJson<T>(this CommandContext context, T value) =>
        context.PrintJson(JsonSerializer.Serialize(value, Json));
}

/// <summary>Where the operator's settings are.</summary>
internal sealed class SettingsOption : Option<string?>
{
    public SettingsOption()
        : base("--settings")
    {
        Description = $"The operator's settings; otherwise {OperatorSettings.Variable}, otherwise .gocart/operator.json from here upwards.";
        HelpName = "file";
    }

    public OperatorSettings Read(ParseResult parsed, CliEnvironment environment) =>
        OperatorSettings.Read(parsed.GetValue(this), environment.Variable, Directory.GetCurrentDirectory());
}
