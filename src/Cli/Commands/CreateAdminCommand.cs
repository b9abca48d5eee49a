using System.CommandLine;
using GoCart.BuildingBlocks.Auth;
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
        var role = new Option<string>("--role")
        {
            Description = "What the account may do: catalog keeps products, support cancels orders, admin may do everything.",
            DefaultValueFactory = _ => Roles.Admin,
        };
        role.AcceptOnlyFromAmong([.. Roles.Staff]);
        var password = new PasswordOption();
        var create = new Command("create", "Makes an admin, or another of the staff, straight in the database: no route of the store can.")
        {
            email, role, password, settings,
        };
        return new Command("admin")
        {
            runner.RunsForOperator(create, async (context, parsed, cancellationToken) =>
            {
                var typed = await password.ReadAsync(context, parsed, twice: true, cancellationToken);
                var address = parsed.GetRequiredValue(email);
                var id = await CreateAdmin.ExecuteAsync(
                    settings.Read(parsed, runner.Environment), address, typed, parsed.GetRequiredValue(role), context.Clock, cancellationToken);
                context.Terminal.SayDone($"{SafeText.Line(address)} has the role {parsed.GetValue(role)} now; sign in with: gocart login");
                if (context.IsJson)
                    context.PrintJson(new { id });
            }),
        };
    }
}
