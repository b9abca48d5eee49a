using System.CommandLine;
using GoCart.Cli.Api;
using GoCart.Cli.Shopping;
using GoCart.Cli.Views;

namespace GoCart.Cli.Commands;

/// <summary>gocart password, gocart sessions list, end</summary>
internal static class SessionCommands
{
    public static IEnumerable<Command> All(CommandRunner runner) =>
    [
        Password(runner),
        new Command("sessions", "Where you are signed in.") { List(runner), End(runner) },
    ];

    private static Command Password(CommandRunner runner)
    {
        var fromInput = new Option<bool>("--password-stdin")
        {
            Description = "Read the old password from the first line of standard input, and the new one from the second.",
        };
        var command = new Command("password", "Changes your password, and signs you out everywhere else.") { fromInput };
        return runner.Runs(command, async (context, parsed, cancellationToken) =>
        {
            var passwords = parsed.GetValue(fromInput)
                ? await ReadAsync(context, cancellationToken)
                : await AskAsync(context, cancellationToken);
            await context.Client.ChangePasswordAsync(passwords, cancellationToken);
            context.Terminal.SayDone("Your password is changed; you are signed out everywhere else.");
        });
    }

    private static Command List(CommandRunner runner)
    {
        var length = new Parameters.Length();
        var command = length.AddTo(new Command("list", "Lists where you are signed in, newest first."));
        return runner.Runs(command, async (context, parsed, cancellationToken) => context.Print(
            await context.Client.GetListAsync(Lists.MySessions(), length.Of(parsed), cancellationToken),
            sessions => AccountViews.Sessions(sessions, context.Clock)));
    }

    private static Command End(CommandRunner runner)
    {
        var session = Parameters.Id("session", "Its id; without one, all but this.", "see them with: gocart sessions list");
        session.Arity = ArgumentArity.ZeroOrOne;
        var command = new Command("end", "Ends one of your sessions, or all others.") { session };
        return runner.Runs(command, async (context, parsed, cancellationToken) =>
        {
            var id = parsed.GetResult(session) is { Tokens.Count: 1 } ? parsed.GetValue(session) : (Guid?)null;
            await context.Client.EndSessionsAsync(id, cancellationToken);
            context.Terminal.SayDone(id is null ? "You are signed out everywhere else." : "The session has ended.");
        });
    }

    private static async Task<NewPassword> ReadAsync(CommandContext context, CancellationToken cancellationToken) => new(
        await context.ReadLineAsync(cancellationToken) ?? throw CliException.Usage("There is no password on standard input."),
        await context.ReadLineAsync(cancellationToken) ?? throw CliException.Usage("There is no second line on standard input."));

    private static async Task<NewPassword> AskAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var prompt = context.Terminal.Prompt ?? throw CliException.Usage(
            "There is no terminal to ask for the passwords.", "Give them on standard input, with --password-stdin.");
        return new(
            await prompt.AskSecretAsync("Old password:", cancellationToken) ?? throw CliException.Usage("The old password is needed."),
            await Account.AskPasswordAsync(prompt, twice: true, cancellationToken) ?? throw CliException.Usage("A password is needed."));
    }
}
