using GoCart.Contracts.Users;
using Spectre.Console;

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
}
