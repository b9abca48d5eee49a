using System.CommandLine;
using GoCart.Cli.Api;
using GoCart.Cli.Shopping;
using GoCart.Cli.Views;
using GoCart.Contracts.Orders;

namespace GoCart.Cli.Commands;

internal static class OrderCommands
{
    public static Command Create(CommandRunner runner) => new("orders", "Your orders.")
    {
        PlaceOrderCommand.Create(runner), List(runner), Show(runner), Cancel(runner), Watch(runner),
    };

    private static Command List(CommandRunner runner)
    {
        var status = Parameters.Status([.. Enum.GetValues<OrderStatus>().Select(OrderViews.Word)]);
        var length = new Parameters.Length();
        var command = length.AddTo(new Command("list", "Lists your orders, newest first.") { status });
        return runner.Runs(command, async (context, parsed, cancellationToken) => context.Print(
            await context.Client.GetListAsync(
                Lists.MyOrders(parsed.GetValue(status)), length.Of(parsed), cancellationToken),
            orders => OrderViews.Table(orders, context.Clock)));
    }

    private static Command Show(CommandRunner runner)
    {
        var order = Parameters.Order();
        return runner.Runs(new Command("show", "Shows one order.") { order }, async (context, parsed, cancellationToken) => context.Print(
            await context.Client.GetOrderAsync(parsed.GetValue(order), cancellationToken),
            found => OrderViews.Details(found, context.Clock)));
    }

    private static Command Cancel(CommandRunner runner)
    {
        var order = Parameters.Order();
        var command = new Command("cancel", "Cancels an order that is not yet shipped; its stock goes back.") { order };
        return runner.Runs(command, async (context, parsed, cancellationToken) =>
        {
            var cancelled = await context.Client.CancelOrderAsync(parsed.GetValue(order), cancellationToken);
            context.Terminal.SayDone("Cancelled.");
            context.Print(cancelled, found => OrderViews.Details(found, context.Clock));
        });
    }

    private static Command Watch(CommandRunner runner)
    {
        var order = Parameters.Order();
        var command = new Command("watch", "Shows each change of an order until it is delivered, cancelled or rejected.") { order };
        return runner.Runs(command, async (context, parsed, cancellationToken) =>
        {
            var first = await context.Client.GetOrderAsync(parsed.GetValue(order), cancellationToken);
            var shown = 0;
            await foreach (var change in new OrderProgress(context.Client, context.Clock).ChangesAsync(first, cancellationToken))
            {
                // As JSON: the whole order again, one line for each change.
                if (context.IsJson)
                    context.PrintJson(change.Json.ReplaceLineEndings(" "));
                else
                    context.Print(OrderViews.NewLines(change.Value, shown, context.Clock));
                shown = change.Value.History.Count;
            }
        });
    }
}
