using System.CommandLine;
using GoCart.Cli.Screens;

namespace GoCart.Cli.Commands;

/// <summary>The table of contents: every command there is.</summary>
internal static class CommandLine
{
    public static RootCommand Create(CliEnvironment environment)
    {
        var options = new GlobalOptions();
        var runner = new CommandRunner(environment, options);

        var root = new RootCommand("The GoCart store in the terminal. Without a command, on a terminal: the menu.");
        foreach (var option in options.All)
            root.Options.Add(option);

        foreach (var command in AccountCommands.All(runner))
            root.Subcommands.Add(command);
        foreach (var command in SessionCommands.All(runner))
            root.Subcommands.Add(command);
        root.Subcommands.Add(ProductCommands.Create(runner));
        root.Subcommands.Add(CartCommands.Create(runner));
        root.Subcommands.Add(OrderCommands.Create(runner));
        root.Subcommands.Add(AdminOrderCommands.Create(runner));
        Join(root, AdminUserCommands.Create(runner));
        root.Subcommands.Add(ExplainCommands.Create(runner));
        // Those work on the databases and the broker, and not on the gateway.
        foreach (var command in OperatorCommands.All(runner))
            Join(root, command);
        foreach (var command in CompletionCommands.All(environment))
            root.Subcommands.Add(command);

        root.SetAction((parsed, cancellationToken) => environment is { InIsTerminal: true, Out.IsTerminal: true }
            ? Menu.RunAsync(environment, options, parsed, cancellationToken)
            : ExplainAsync(root, environment, cancellationToken));
        return root;
    }

    /// <summary>Nobody is there for the menu, and no command was given.</summary>
    private static async Task<int> ExplainAsync(RootCommand root, CliEnvironment environment, CancellationToken cancellationToken)
    {
        var toStandardError = new InvocationConfiguration { Output = environment.Error.Writer };
        await root.Parse("--help").InvokeAsync(toStandardError, cancellationToken);
        return ExitCode.Usage;
    }

    /// <summary>Adds a command; where there is one of that name already, such as admin, only its subcommands.</summary>
    public static void Join(Command parent, Command added)
    {
        if (parent.Subcommands.FirstOrDefault(command => command.Name == added.Name) is not { } present)
        {
            parent.Subcommands.Add(added);
            return;
        }

        foreach (var subcommand in added.Subcommands)
            Join(present, subcommand);
    }
}
