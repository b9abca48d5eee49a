using System.CommandLine;
using GoCart.Cli.Api;
using GoCart.Cli.Shopping;
using GoCart.Cli.Views;
using GoCart.Contracts.Carts;

namespace GoCart.Cli.Commands;

internal static class CartCommands
{
    public static Command Create(CommandRunner runner) => new("cart", "What you are about to buy.")
    {
        Show(runner), Add(runner), Set(runner), Remove(runner), Clear(runner),
    };

    private static Command Show(CommandRunner runner) => runner.Runs(
        new Command("show", "Shows what is in the cart, at today's prices."),
        async (context, _, cancellationToken) =>
        {
            var cart = await context.Client.GetCartAsync(cancellationToken);
            if (context.IsJson || cart.Value.Items.Count > 0)
                context.Print(cart, CartViews.Table);
            else
                context.Terminal.Say("Your cart is empty.");
        });

    private static Command Add(CommandRunner runner)
    {
        var product = Parameters.Product();
        var quantity = Quantity("How many; one if not given.");
        quantity.DefaultValueFactory = _ => 1;
        var command = new Command("add", "Puts a product into the cart.") { product, quantity };
        return runner.Runs(command, async (context, parsed, cancellationToken) =>
        {
            var id = await Lookup.ProductIdAsync(
                context.Client, parsed.GetRequiredValue(product), Lists.Products, cancellationToken);
            var item = await context.Client.AddToCartAsync(id, parsed.GetValue(quantity), cancellationToken);
            context.Terminal.SayDone($"{item.Value.Quantity} × {item.Value.Name} in the cart.");
            await PrintAsync(context, item, cancellationToken);
        });
    }

    private static Command Set(CommandRunner runner)
    {
        var (item, quantity) = (Item(), Quantity("How many it shall be."));
        var command = new Command("set", "Changes how many of an item are in the cart.") { item, quantity };
        return runner.Runs(command, async (context, parsed, cancellationToken) =>
        {
            var found = await FindAsync(context, parsed.GetRequiredValue(item), cancellationToken);
            var changed = await context.Client.ChangeQuantityAsync(found.Id, parsed.GetValue(quantity), cancellationToken);
            context.Terminal.SayDone($"{changed.Value.Quantity} × {changed.Value.Name} in the cart.");
            await PrintAsync(context, changed, cancellationToken);
        });
    }

    private static Command Remove(CommandRunner runner)
    {
        var item = Item();
        return runner.Runs(new Command("remove", "Takes an item out of the cart.") { item }, async (context, parsed, cancellationToken) =>
        {
            var found = await FindAsync(context, parsed.GetRequiredValue(item), cancellationToken);
            await context.Client.RemoveFromCartAsync(found.Id, cancellationToken);
            context.Terminal.SayDone($"{found.Name} is out of the cart.");
        });
    }

    private static Command Clear(CommandRunner runner) => runner.Runs(
        new Command("clear", "Empties the cart."),
        async (context, _, cancellationToken) =>
        {
            await context.Client.ClearCartAsync(cancellationToken);
            context.Terminal.SayDone("The cart is empty.");
        });

    private static async Task<CartItemResponse> FindAsync(
        CommandContext context, string named, CancellationToken cancellationToken) =>
        Lookup.CartItem((await context.Client.GetCartAsync(cancellationToken)).Value, named);

    /// <summary>Programs get the store's answer, people the cart as it now is.</summary>
    private static async Task PrintAsync(
        CommandContext context, Reply<CartItemResponse> item, CancellationToken cancellationToken)
    {
        if (context.IsJson)
            context.PrintJson(item.Json);
        else
            context.Print(CartViews.Table((await context.Client.GetCartAsync(cancellationToken)).Value));
    }

    private static Argument<string> Item() => new("item") { Description = "Its name, its id, or its number in the cart." };

    private static Argument<int> Quantity(string description) => new("quantity")
    {
        Description = description,
        CustomParser = result =>
        {
            var (quantity, problem) = Formats.Quantity.Read(result.Tokens[0].Value);
            if (problem is not null)
                result.AddError(problem);
            return quantity;
        },
    };
}
