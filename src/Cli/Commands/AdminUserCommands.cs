using System.CommandLine;
using GoCart.Cli.Api;
using GoCart.Cli.Views;

namespace GoCart.Cli.Commands;

/// <summary>Everybody's accounts and the audit log, for the role admin.</summary>
internal static class AdminUserCommands
{
    private static readonly string[] Roles = ["customer", "catalog", "support", "admin"];

    public static Command Create(CommandRunner runner) => new("admin")
    {
        new Command("users", "The accounts of everybody.") { List(runner), SetRole(runner), Disable(runner), Enable(runner) },
        AuditLog(runner),
    };

    private static Command List(CommandRunner runner)
    {
        var email = new Option<string?>("--email") { Description = "Only addresses that begin so, in the order of the alphabet." };
        var length = new Parameters.Length();
        var command = length.AddTo(new Command("list", "Lists accounts, newest first.") { email });
        return runner.Runs(command, async (context, parsed, cancellationToken) => context.Print(
            await context.Client.GetListAsync(Lists.Users(parsed.GetValue(email)), length.Of(parsed), cancellationToken),
            accounts => AccountViews.Accounts(accounts, context.Clock)));
    }

    private static Command SetRole(CommandRunner runner)
    {
        var role = new Argument<string>("role") { Description = "What the account may do from now on." };
        role.AcceptOnlyFromAmong(Roles);
        return Change(
            runner, new Command("set-role", "Gives an account a role; its owner has to sign in again.") { role },
            parsed => new AccountChange(parsed.GetRequiredValue(role), null));
    }

    private static Command Disable(CommandRunner runner) => Change(
        runner, new Command("disable", "Keeps an account from signing in, and ends its sessions."), _ => new AccountChange(null, true));

    private static Command Enable(CommandRunner runner) => Change(
        runner, new Command("enable", "Lets a disabled account sign in again."), _ => new AccountChange(null, false));

    private static Command Change(CommandRunner runner, Command command, Func<ParseResult, AccountChange> changeOf)
    {
        var user = Parameters.Id("user", "The account's id.", "see them with: gocart admin users list");
        command.Arguments.Insert(0, user);
        return runner.Runs(command, async (context, parsed, cancellationToken) =>
        {
            var changed = await context.Client.ChangeAccountAsync(parsed.GetValue(user), changeOf(parsed), cancellationToken);
            context.Terminal.SayDone("The account is changed.");
            context.Print(changed, account => AccountViews.Accounts([account], context.Clock));
        });
    }

    private static Command AuditLog(CommandRunner runner)
    {
        var actor = new Option<Guid?>("--actor") { Description = "Only what this account did.", HelpName = "id" };
        var target = new Option<Guid?>("--target") { Description = "Only what was done to this account, product or order.", HelpName = "id" };
        var service = new Option<string?>("--service") { Description = "Only what happened there, also while another is away." };
        service.AcceptOnlyFromAmong("users", "products", "orders");
        var length = new Parameters.Length();
        var command = length.AddTo(new Command("audit-log", "Lists what staff changed and who signed in, newest first.") { actor, target, service });
        return runner.Runs(command, async (context, parsed, cancellationToken) => context.Print(
            await context.Client.GetListAsync(
                Lists.AuditLog(parsed.GetValue(actor), parsed.GetValue(target), parsed.GetValue(service)), length.Of(parsed), cancellationToken),
            entries => AccountViews.AuditLog(entries, context.Clock)));
    }
}
