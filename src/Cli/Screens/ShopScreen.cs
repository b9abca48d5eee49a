using GoCart.Cli.Sessions;

namespace GoCart.Cli.Screens;

/// <summary>The main menu of somebody who is signed in.</summary>
internal sealed class ShopScreen(Shop shop, Session session)
{
    /// <returns>False to leave; true once nobody is signed in any more.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var isLeaving = false;
        var choices = new List<(string Name, Func<Task> Do)>
        {
            ("Browse Products", () => new BrowseScreen(shop).RunAsync(cancellationToken)),
            ("View Cart", () => new CartScreen(shop).RunAsync(cancellationToken)),
            ("My Orders", () => new OrdersScreen(shop).RunAsync(cancellationToken)),
        };
        if (session.KeepsCatalog)
            choices.Add(("Manage Products", () => new ManageProductsScreen(shop).RunAsync(cancellationToken)));
        if (session.HandlesOrders)
            choices.Add(("Manage Orders", () => new ManageOrdersScreen(shop).RunAsync(cancellationToken)));

        choices.Add(("Logout", () => shop.Client.LogoutAsync(cancellationToken)));
        choices.Add(("Exit", () => Task.FromResult(isLeaving = true)));

        while (!isLeaving && shop.Client.Session is not null)
        {
            shop.ShowTitle($"Signed in as {session.Email}{(session.Role == "customer" ? "" : $" ({session.Role})")}");
            if (await shop.ChooseAsync([.. choices.Select(choice => choice.Name)], cancellationToken) is { } chosen)
                await shop.TryAsync(choices[chosen].Do);
        }

        return !isLeaving;
    }
}
