using GoCart.Contracts.Users;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GoCart.Cli.Views;

internal static class AccountViews
{
    public static Grid Details(UserResponse user, TimeProvider clock) => Render.Details(
    [
        ("E-mail", Render.Plain(user.Email)),
        ("Role", Render.Plain(user.Role)),
        ("Id", new Text(user.Id.ToString())),
        ("Registered", Render.Time(user.CreatedAt, clock)),
    ]);

    public static IRenderable Sessions(IReadOnlyList<SessionResponse> sessions, TimeProvider clock)
    {
        var table = Render.Table("Id", "Since", "Last renewed", "From", "").KeepWhole(0);
        foreach (var session in sessions)
        {
            table.AddRow(
                new Text(session.Id.ToString()), Render.Time(session.CreatedAt, clock), Render.Time(session.RefreshedAt, clock),
                Render.Plain(session.Address ?? ""), Render.Plain(session.IsCurrent ? "this one" : ""));
        }
        return new Framed(table);
    }

    public static IRenderable Accounts(IReadOnlyList<AccountResponse> accounts, TimeProvider clock)
    {
        var table = Render.Table("Id", "E-mail", "Role", "Registered", "").KeepWhole(0);
        foreach (var account in accounts)
        {
            table.AddRow(
                new Text(account.Id.ToString()), Render.Plain(account.Email), Render.Plain(account.Role),
                Render.Time(account.CreatedAt, clock), Render.Plain(account.Disabled ? "disabled" : ""));
        }
        return new Framed(table);
    }

    public static IRenderable AuditLog(IReadOnlyList<AuditEntry> entries, TimeProvider clock)
    {
        var table = Render.Table("At", "Action", "Actor", "Target", "From", "Change").KeepWhole(0);
        foreach (var entry in entries)
        {
            table.AddRow(
                Render.Time(entry.At, clock), Render.Plain(entry.Action), Render.Plain(entry.ActorId?.ToString() ?? ""),
                Render.Plain(entry.TargetId?.ToString() ?? ""), Render.Plain(entry.Address ?? ""), Render.Plain(Change(entry)));
        }
        return new Framed(table);
    }

    private static string Change(AuditEntry entry) => (entry.Before, entry.After) switch
    {
        (null, null) => "",
        (null, { } after) => after.GetRawText(),
        ({ } before, { } after) => $"{before.GetRawText()} → {after.GetRawText()}",
        ({ } before, null) => before.GetRawText(),
    };
}
