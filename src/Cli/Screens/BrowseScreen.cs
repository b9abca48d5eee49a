using GoCart.Cli.Api;
using GoCart.Cli.Formats;
using GoCart.Cli.Views;
using GoCart.Contracts.Products;

namespace GoCart.Cli.Screens;

/// <summary>What is on sale, and from there into the cart.</summary>
internal sealed class BrowseScreen(Shop shop)
{
    public Task RunAsync(CancellationToken cancellationToken) => RunAsync(search: null, cancellationToken);

    private Task RunAsync(string? search, CancellationToken cancellationToken) => new ListScreen<ProductResponse>(shop)
    {
        Title = search is null ? "Products" : $"Products like \"{search}\"",
        List = Lists.Products(search),
        View = products => ProductViews.Table(products, numbered: true),
        Open = OpenAsync,
        WhenEmpty = "There is no such product.",
        Keys = [new Key("s", "search", SearchAsync)],
    }.RunAsync(cancellationToken);

    private async Task SearchAsync(CancellationToken cancellationToken)
    {
        if (await shop.Prompt.AskAsync("Search for:", cancellationToken) is { Length: > 0 } search)
            await RunAsync(search, cancellationToken);
    }

    private async Task<bool> OpenAsync(ProductResponse listed, CancellationToken cancellationToken)
    {
        var product = (await shop.Client.GetProductAsync(listed.Id, cancellationToken)).Value;
        shop.ShowTitle(product.Name);
        shop.Show(ProductViews.Details(product));

        if (await shop.Prompt.AskForAsync(
            "How many into the cart? Enter: none >", text => Quantity.Read(text), cancellationToken) is not { } quantity)
        {
            return false;
        }

        var item = (await shop.Client.AddToCartAsync(product.Id, quantity, cancellationToken)).Value;
        shop.Terminal.SayDone($"{item.Quantity} × {item.Name} in the cart.");
        return false;
    }
}
