using System.CommandLine;
using GoCart.Cli.Formats;
using GoCart.Cli.Shopping;
using GoCart.Cli.Views;
using GoCart.Contracts.Orders;

namespace GoCart.Cli.Commands;

internal static class PlaceOrderCommand
{
    public static Command Create(CommandRunner runner)
    {
        var yes = Parameters.Yes();
        var noWait = new Option<bool>("--no-wait") { Description = "Do not wait until the stock is reserved." };
        var total = Parameters.Cents("--expected-total", "Order only at this total, without looking at the cart first.");
        var key = Parameters.IdempotencyKey("The same key again never orders twice; made up for each run if not given.");

        var command = new Command("place", "Orders what is in the cart.") { yes, noWait, total, key };
        return runner.Runs(command, async (context, parsed, cancellationToken) =>
        {
            var agreed = parsed.GetValue(total) ?? await AgreeAsync(context, parsed.GetValue(yes), cancellationToken);
            var checkout = new Checkout(context.Client, context.Terminal, agreed, parsed.GetValue(key));
            var order = parsed.GetValue(noWait)
                ? await checkout.PlaceAsync(waitSeconds: null, cancellationToken)
                : await checkout.PlaceAndWaitAsync(cancellationToken);

            context.Print(order, placed => OrderViews.Details(placed, context.Clock));
            Tell(context, order.Value);
        });
    }

    private static async Task<long> AgreeAsync(CommandContext context, bool isAgreed, CancellationToken cancellationToken)
    {
        var cart = (await context.Client.GetCartAsync(cancellationToken)).Value;
        if (cart.Items.Count == 0 || isAgreed || context.Terminal.Prompt is null)
            return cart.TotalCents;

        context.Terminal.Console.Write(CartViews.Table(cart));
        if (!await context.ConfirmAsync($"Order this for {Price.Format(cart.TotalCents, cart.Currency)}?", cancellationToken))
            throw new CliException(ExitCode.Failed, "Nothing was ordered.");

        return cart.TotalCents;
    }

    /// <exception cref="CliException">There was not enough stock: an order exists, but nothing of it will come.</exception>
    private static void Tell(CommandContext context, OrderResponse order)
    {
        switch (order.StockState)
        {
            case StockState.Rejected:
                throw new CliException(ExitCode.Conflict, OrderViews.Outcome(order), $"See why: gocart orders show {order.Id}");
            case StockState.Awaiting:
                context.Terminal.Say(OrderViews.Outcome(order));
                context.Terminal.SayHint($"Follow it with: gocart orders watch {order.Id}");
                break;
            default:
                context.Terminal.SayDone(OrderViews.Outcome(order));
                break;
        }
    }
}
