using System.CommandLine;
using GoCart.Cli.Formats;
using GoCart.Operator.Accounts;

namespace GoCart.Cli.Commands;

/// <summary>gocart admin create</summary>
internal static class CreateAdminCommand
{
    public static Command Create(CommandRunner runner)
    {
        var settings = new SettingsOption();
        var email = new Option<string>("--email") { Description = "Of the new account.", Required = true };
        var fromStandardInput = new Option<bool>("--password-stdin")
        {
            Description = "Read the password from the first line of standard input.",
        };
        var create = new Command("create", "Makes an admin, straight in the database: the first one, for nobody else could.")
        {
            email, fromStandardInput, settings,
        };
        return new Command("admin")
        {
            runner.RunsForOperator(create, async (context, parsed, cancellationToken) =>
            {
                var password = await ReadPasswordAsync(context, parsed.GetValue(fromStandardInput), cancellationToken);
                var address = parsed.GetRequiredValue(email);
                var id = await FirstAdmin.CreateAsync(
                    settings.Read(parsed, runner.Environment), address, password, context.Clock, cancellationToken);
                context.Terminal.SayDone($"{SafeText.Line(address)} is an admin now; sign in with: gocart login");
                if (context.IsJson)
                    context.PrintJson(new { id });
            }),
        };
    }

    private static async Task<string> ReadPasswordAsync(
        CommandContext context, bool fromStandardInput, CancellationToken cancellationToken)
    {
        if (fromStandardInput)
            return await context.ReadLineAsync(cancellationToken)
                ?? throw CliException.Usage("There is no password on standard input.");

        var prompt = context.Terminal.Prompt ?? throw CliException.Usage(
            "There is no terminal to ask for the password.", "Give it on standard input, with --password-stdin.");
        var password = await prompt.AskSecretAsync("Password:", cancellationToken);
        return password is not null && password == await prompt.AskSecretAsync("Once more:", cancellationToken)
            ? password
            : throw CliException.Usage("The passwords are not the same.");
    }
}
