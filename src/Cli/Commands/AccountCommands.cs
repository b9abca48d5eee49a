using System.CommandLine;
using System.Text.Json;
using GoCart.Cli.Api;
using GoCart.Cli.Shopping;
using GoCart.Cli.Views;

namespace GoCart.Cli.Commands;

internal static class AccountCommands
{
    public static IEnumerable<Command> All(CommandRunner runner) =>
    [
        Register(runner), Login(runner), Logout(runner), Me(runner),
        new Command("account", "What you have at the store.") { Erase(runner) },
    ];

    private static Command Register(CommandRunner runner)
    {
        var (email, password) = (Email(), new PasswordOption());
        var command = new Command("register", "Opens an account and signs in.") { email, password };
        return runner.Runs(command, async (context, parsed, cancellationToken) =>
        {
            var credentials = await ReadAsync(
                context, parsed, parsed.GetValue(email), password, twice: true, cancellationToken);
            var user = await Account.RegisterAsync(context.Client, credentials, cancellationToken);
            context.Terminal.SayDone($"Registered and signed in as {user.Value.Email}.");
            if (context.IsJson)
                context.PrintJson(user.Json);
        });
    }

    private static Command Login(CommandRunner runner)
    {
        var (email, password) = (Email(), new PasswordOption());
        var command = new Command("login", "Signs in; the session is kept for the next commands.") { email, password };
        return runner.Runs(command, async (context, parsed, cancellationToken) =>
        {
            var credentials = await ReadAsync(
                context, parsed, parsed.GetValue(email), password, twice: false, cancellationToken);
            var login = await context.Client.LoginAsync(credentials, cancellationToken);
            context.Terminal.SayDone($"Signed in as {login.Value.User.Email} ({login.Value.User.Role}).");
            if (context.IsJson)
                context.PrintJson(UserOf(login.Json));
        });
    }

    private static Command Logout(CommandRunner runner) => runner.Runs(
        new Command("logout", "Ends the session, here and at the store."),
        async (context, _, cancellationToken) => context.Terminal.Say(
            await context.Client.LogoutAsync(cancellationToken) ? "Signed out." : "Nobody was signed in."));

    private static Command Me(CommandRunner runner) => runner.Runs(
        new Command("me", "Shows who is signed in."),
        async (context, _, cancellationToken) => context.Print(
            await context.Client.GetMeAsync(cancellationToken), user => AccountViews.Details(user, context.Clock)));

    private static Command Erase(CommandRunner runner)
    {
        var (password, yes) = (new PasswordOption(), Parameters.Yes());
        var command = new Command("erase", "Erases your account for good: e-mail, password, sessions and cart.") { password, yes };
        return runner.Runs(command, async (context, parsed, cancellationToken) =>
        {
            var isSure = parsed.GetValue(yes)
                || await context.ConfirmAsync("Erase your account for good? Orders stay, under an id that leads to nobody.", cancellationToken);
            if (!isSure)
                throw new CliException(ExitCode.Failed, "Nothing was erased.");

            await context.Client.EraseAccountAsync(
                await password.ReadAsync(context, parsed, twice: false, cancellationToken), cancellationToken);
            context.Terminal.SayDone("Your account is erased.");
        });
    }

    /// <summary>Not the whole answer: tokens have no business in a build's log.</summary>
    private static string UserOf(string login)
    {
        using var json = JsonDocument.Parse(login);
        return json.RootElement.GetProperty("user").GetRawText();
    }

    private static Argument<string?> Email() => new("email")
    {
        Description = "Asked for if not given.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static async Task<Credentials> ReadAsync(
        CommandContext context, ParseResult parsed, string? email, PasswordOption password, bool twice, CancellationToken cancellationToken)
    {
        if (email is null && parsed.GetValue(password))
            throw CliException.Usage("With --password-stdin the e-mail address must be an argument.");
        if (email is null && context.Terminal.Prompt is { } prompt)
            email = await prompt.AskAsync("E-mail:", cancellationToken);

        return new Credentials(
            email is null or "" ? throw CliException.Usage("An e-mail address is needed.") : email.Trim(),
            await password.ReadAsync(context, parsed, twice, cancellationToken));
    }
}
