using GoCart.Cli.Api;
using GoCart.Cli.Formats;
using GoCart.Cli.Views;
using GoCart.Contracts.Products;

namespace GoCart.Cli.Screens;

/// <summary>All products, for staff: add, change, delete, and see where the stock went.</summary>
internal sealed class ManageProductsScreen(Shop shop)
{
    public Task RunAsync(CancellationToken cancellationToken) => new ListScreen<ProductResponse>(shop)
    {
        Title = "Manage products",
        List = Lists.AllProducts("inactive"),
        View = products => ProductViews.Table(products, numbered: true),
        Open = OpenAsync,
        WhenEmpty = "There are no products yet.",
        Keys = [new Key("a", "add a product", AddAsync)],
    }.RunAsync(cancellationToken);

    private async Task AddAsync(CancellationToken cancellationToken)
    {
        if (await shop.Prompt.AskAsync("Name:", cancellationToken) is not { Length: > 0 } name
            || await shop.Prompt.AskAsync("Description, or Enter:", cancellationToken) is not { } description
            || await AskPriceAsync("", cancellationToken) is not { } price
            || await AskStockAsync("", cancellationToken) is not { } stock)
        {
            return;
        }

        var product = new NewProduct(name, description.Length > 0 ? description : null, price, stock, IsActive: true);
        var added = await shop.Client.CreateProductAsync(product, idempotencyKey: null, cancellationToken);
        shop.Terminal.SayDone($"Added {added.Value.Name}.");
    }

    private async Task<bool> OpenAsync(ProductResponse listed, CancellationToken cancellationToken)
    {
        var product = (await shop.Client.GetAnyProductAsync(listed.Id, cancellationToken)).Value;
        while (true)
        {
            shop.ShowTitle(product.Name);
            shop.Show(ProductViews.AllDetails(product, shop.Clock));
            string[] choices =
            [
                "Name", "Description", "Price", "Stock", product.IsActive ? "Take off sale" : "Put on sale", "Stock ledger", "Delete",
            ];

            var changes = new ProductChanges();
            switch (await shop.ChooseAsync(choices, cancellationToken))
            {
                case 0 when await shop.Prompt.AskAsync("Name:", cancellationToken, product.Name) is { Length: > 0 } name:
                    changes.Name(name);
                    break;
                case 1 when await shop.Prompt.AskAsync("Description:", cancellationToken) is { } description:
                    changes.Description(description.Length > 0 ? description : null);
                    break;
                case 2 when await AskPriceAsync(Price.Format(product.PriceCents), cancellationToken) is { } price:
                    changes.PriceCents(price);
                    break;
                case 3 when await AskStockAsync($"{product.Stock}", cancellationToken) is { } stock:
                    changes.Stock(stock);
                    break;
                case 4:
                    changes.IsActive(!product.IsActive);
                    break;
                case 5:
                    await ShowLedgerAsync(product, cancellationToken);
                    break;
                case 6 when await shop.Prompt.ConfirmAsync($"Delete {SafeText.Line(product.Name)}?", cancellationToken):
                    await shop.Client.DeleteProductAsync(product.Id, cancellationToken);
                    shop.Terminal.SayDone("Deleted.");
                    return true;
                case null:
                    return true;
            }

            // Only if nobody changed it since we showed it.
            if (!changes.IsEmpty)
                product = (await shop.Client.UpdateProductAsync(product.Id, changes, product.Version, cancellationToken)).Value;
        }
    }

    private Task ShowLedgerAsync(ProductResponse product, CancellationToken cancellationToken) =>
        new ListScreen<StockLedgerEntry>(shop)
        {
            Title = $"Stock ledger of {product.Name}",
            List = Lists.StockLedger(product.Id),
            View = entries => ProductViews.Ledger(entries, shop.Clock),
            WhenEmpty = "It is empty.",
        }.RunAsync(cancellationToken);

    private Task<long?> AskPriceAsync(string initial, CancellationToken cancellationToken) => shop.Prompt.AskForAsync(
        "Price, like 19.99:",
        text => Price.TryParse(text, out var cents, out var problem) ? (cents, null) : (0L, problem),
        cancellationToken,
        initial);

    private Task<int?> AskStockAsync(string initial, CancellationToken cancellationToken) => shop.Prompt.AskForAsync(
        "Stock:",
        text => WholeNumber.TryParse(text, out var stock)
            ? (stock, (string?)null)
            : (0, "Write the stock as a number of units."),
        cancellationToken,
        initial);
}
