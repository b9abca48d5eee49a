using System.CommandLine;
using System.CommandLine.Parsing;
using GoCart.Cli.Api;
using GoCart.Cli.Shopping;
using GoCart.Cli.Views;

namespace GoCart.Cli.Commands;

/// <summary>What staff do with products.</summary>
internal static class ProductAdminCommands
{
    public static IEnumerable<Command> All(CommandRunner runner) =>
        [Create(runner), Update(runner), Delete(runner), Stock(runner)];

    private static Command Create(CommandRunner runner)
    {
        var name = new Option<string>("--name") { Description = "What it is called.", Required = true };
        var price = Parameters.Cents("--price", "The price of one.");
        price.Required = true;
        var stock = StockOption("How many there are.");
        var description = Description();
        var inactive = new Option<bool>("--inactive") { Description = "Do not put it on sale yet." };
        var key = Parameters.IdempotencyKey("The same key again, within a day, never adds it twice.");

        var command = new Command("create", "Adds a product (catalog and admin only).") { name, price, stock, description, inactive, key };
        return runner.Runs(command, async (context, parsed, cancellationToken) =>
        {
            var product = new NewProduct(
                parsed.GetRequiredValue(name),
                parsed.GetValue(description),
                parsed.GetValue(price).GetValueOrDefault(),
                parsed.GetValue(stock).GetValueOrDefault(),
                IsActive: !parsed.GetValue(inactive));
            var created = await context.Client.CreateProductAsync(product, parsed.GetValue(key), cancellationToken);
            context.Terminal.SayDone($"Added {created.Value.Name}.");
            context.Print(created, product => ProductViews.AllDetails(product, context.Clock));
        });
    }

    private static Command Update(CommandRunner runner)
    {
        var product = Parameters.Product();
        var name = new Option<string?>("--name") { Description = "Its new name." };
        var price = Parameters.Cents("--price", "Its new price.");
        var stock = StockOption("How many there are now; the difference goes into the stock ledger.");
        var description = Description();
        var noDescription = new Option<bool>("--no-description") { Description = "Take its description away." };
        var active = new Option<bool?>("--active") { Description = "Whether it is on sale.", HelpName = "true|false" };
        var version = new Option<long?>("--if-version") { Description = "Only if it still is at this version." };

        var command = new Command("update", "Changes a product (catalog and admin only); what is not named stays as it is.")
        {
            product, name, price, stock, description, noDescription, active, version,
        };
        return runner.Runs(command, async (context, parsed, cancellationToken) =>
        {
            var changes = new ProductChanges();
            if (parsed.GetValue(name) is { } newName)
                changes.Name(newName);
            if (parsed.GetValue(price) is { } cents)
                changes.PriceCents(cents);
            if (parsed.GetValue(stock) is { } units)
                changes.Stock(units);
            if (parsed.GetValue(description) is { } text)
                changes.Description(text);
            if (parsed.GetValue(noDescription))
                changes.Description(null);
            if (parsed.GetValue(active) is { } isActive)
                changes.IsActive(isActive);
            if (changes.IsEmpty)
                throw CliException.Usage("Nothing to change.", "Say what, for example: --price 19.99");

            var id = await FindAsync(context, parsed, product, cancellationToken);
            var changed = await context.Client.UpdateProductAsync(id, changes, parsed.GetValue(version), cancellationToken);
            context.Terminal.SayDone($"Changed {changed.Value.Name}.");
            context.Print(changed, product => ProductViews.AllDetails(product, context.Clock));
        });
    }

    private static Command Delete(CommandRunner runner)
    {
        var (product, yes) = (Parameters.Product(), Parameters.Yes());
        var command = new Command("delete", "Takes a product out of the store (catalog and admin only).") { product, yes };
        return runner.Runs(command, async (context, parsed, cancellationToken) =>
        {
            var id = await FindAsync(context, parsed, product, cancellationToken);
            var isSure = parsed.GetValue(yes)
                || await context.ConfirmAsync($"Delete {parsed.GetRequiredValue(product)}?", cancellationToken);
            if (!isSure)
                throw new CliException(ExitCode.Failed, "Nothing was deleted.");

            await context.Client.DeleteProductAsync(id, cancellationToken);
            context.Terminal.SayDone("Deleted. Orders that have it keep its name and price.");
        });
    }

    private static Command Stock(CommandRunner runner)
    {
        var (product, length) = (Parameters.Product(), new Parameters.Length());
        var command = length.AddTo(new Command("stock", "Shows why the stock is what it is (catalog and admin only).") { product });
        return runner.Runs(command, async (context, parsed, cancellationToken) =>
        {
            var id = await FindAsync(context, parsed, product, cancellationToken);
            context.Print(
                await context.Client.GetListAsync(Lists.StockLedger(id), length.Of(parsed), cancellationToken),
                entries => ProductViews.Ledger(entries, context.Clock));
        });
    }

    private static Task<Guid> FindAsync(
        CommandContext context, ParseResult parsed, Argument<string> product, CancellationToken cancellationToken) =>
        Lookup.ProductIdAsync(
            context.Client,
            parsed.GetRequiredValue(product),
            name => Lists.AllProducts("inactive,deleted", name),
            cancellationToken);

    private static Option<string?> Description() => new("--description") { Description = "What it is like." };

    private static Option<int?> StockOption(string description) => new("--stock")
    {
        Description = description,
        HelpName = "units",
        Validators = { NotNegative },
    };

    private static void NotNegative(OptionResult result)
    {
        if (result.Tokens is [{ Value: ['-', ..] }])
            result.AddError("--stock: cannot be negative");
    }
}
