using System.CommandLine;
using GoCart.Cli.Api;
using GoCart.Cli.Views;
using GoCart.Contracts.Orders;

namespace GoCart.Cli.Commands;

/// <summary>Everybody's orders, for staff.</summary>
internal static class AdminOrderCommands
{
    /// <summary>The statuses staff can give an order.</summary>
    public static readonly string[] Settable = ["paid", "shipped", "delivered", "cancelled"];

    public static Command Create(CommandRunner runner) => new("admin", "What only staff may do.")
    {
        new Command("orders", "The orders of all customers.") { List(runner), Show(runner), SetStatus(runner) },
    };

    private static Command List(CommandRunner runner)
    {
        var status = Parameters.Status([.. Enum.GetValues<OrderStatus>().Select(OrderViews.Word)]);
        var user = new Option<Guid?>("--user-id") { Description = "Only the orders of this customer.", HelpName = "id" };
        var length = new Parameters.Length();
        var command = length.AddTo(new Command("list", "Lists orders, newest first.") { status, user });
        return runner.Runs(command, async (context, parsed, cancellationToken) => context.Print(
            await context.Client.GetListAsync(
                Lists.AllOrders(parsed.GetValue(status), parsed.GetValue(user)?.ToString()),
                length.Of(parsed),
                cancellationToken),
            orders => OrderViews.Table(orders, context.Clock)));
    }

    private static Command Show(CommandRunner runner)
    {
        var order = Parameters.Order();
        return runner.Runs(new Command("show", "Shows one order.") { order }, async (context, parsed, cancellationToken) => context.Print(
            await context.Client.GetAnyOrderAsync(parsed.GetValue(order), cancellationToken),
            found => OrderViews.Details(found, context.Clock)));
    }

    private static Command SetStatus(CommandRunner runner)
    {
        var order = Parameters.Order();
        var status = new Argument<string>("status") { Description = "Where it is now." };
        status.AcceptOnlyFromAmong(Settable);
        var command = new Command("set-status", "Moves an order on: pending, paid, shipped, delivered; or cancels it.") { order, status };
        return runner.Runs(command, async (context, parsed, cancellationToken) =>
        {
            var changed = await context.Client.SetOrderStatusAsync(
                parsed.GetValue(order), parsed.GetRequiredValue(status), cancellationToken);
            context.Terminal.SayDone($"The order is {OrderViews.Word(changed.Value.Status)}.");
            context.Print(changed, found => OrderViews.Details(found, context.Clock));
        });
    }
}
