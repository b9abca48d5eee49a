using System.CommandLine;
using System.CommandLine.Invocation;
using GoCart.Cli.Commands;
using GoCart.Cli.Terminals;

namespace GoCart.Cli;

/// <summary>The client from arguments to exit code, in any process: tests run it in theirs.</summary>
internal static class CliApp
{
    public static async Task<int> RunAsync(string[] args, CliEnvironment environment, CancellationToken cancellationToken)
    {
        var terminal = new Terminal(environment, environment.Error.OpenConsole(environment));
        try
        {
            var root = CommandLine.Create(environment);
            // No response files: in "products search @home" the @home is what to search for.
            var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });

            if (parsed.Action is ParseErrorAction)
            {
                terminal.SayFailure(UsageErrors.Of(parsed));
                return ExitCode.Usage;
            }

            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = environment.Out.Writer,
                    Error = environment.Error.Writer,
                    // Failures and Ctrl-C end here, whatever command they come from.
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                },
                cancellationToken);
        }
        catch (CliException failure)
        {
            terminal.SayFailure(failure);
            return failure.ExitCode;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (IOException e)
        {
            terminal.SayFailure(new CliException(ExitCode.Failed, $"The output cannot be written: {e.Message}"));
            return ExitCode.Failed;
        }
        catch (Exception unexpected)
        {
            // Ours to fix, so everything we know goes on the screen.
            terminal.Say($"gocart: this should not have happened; please report it.\n{unexpected}");
            return ExitCode.Failed;
        }
    }
}
