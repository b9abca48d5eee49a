using System.CommandLine;

namespace GoCart.Cli.Commands;

/// <summary>Gives commands what they work with.</summary>
internal sealed class CommandRunner(CliEnvironment environment, GlobalOptions options)
{
    public CliEnvironment Environment => environment;

    /// <summary>The command does this. It fails by throwing, and then ends with the exception's exit code.</summary>
    public Command Runs(Command command, Func<CommandContext, ParseResult, CancellationToken, Task> run)
    {
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var context = new CommandContext(environment, options, parsed);
            await run(context, parsed, cancellationToken);
            return ExitCode.Ok;
        });
        return command;
    }
}
