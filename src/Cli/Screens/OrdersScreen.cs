using GoCart.Cli.Api;
using GoCart.Cli.Views;
using GoCart.Contracts.Orders;

namespace GoCart.Cli.Screens;

/// <summary>The customer's orders: look at one, cancel one.</summary>
internal sealed class OrdersScreen(Shop shop)
{
    public Task RunAsync(CancellationToken cancellationToken) => new ListScreen<OrderResponse>(shop)
    {
        Title = "Your orders",
        List = Lists.MyOrders(),
        View = orders => OrderViews.Table(orders, shop.Clock, numbered: true),
        Open = OpenAsync,
        WhenEmpty = "You have not ordered anything yet.",
    }.RunAsync(cancellationToken);

    private async Task<bool> OpenAsync(OrderResponse listed, CancellationToken cancellationToken)
    {
        var order = (await shop.Client.GetOrderAsync(listed.Id, cancellationToken)).Value;
        shop.ShowTitle("Order");
        shop.Show(OrderViews.Details(order, shop.Clock));

        if (order.Status is not (OrderStatus.Pending or OrderStatus.Paid)
            || await shop.Prompt.AskAsync("c: cancel the order, Enter: back >", cancellationToken) is not ("c" or "C")
            || !await shop.Prompt.ConfirmAsync("Cancel this order?", cancellationToken))
        {
            return false;
        }

        await shop.Client.CancelOrderAsync(order.Id, cancellationToken);
        shop.Terminal.SayDone("Cancelled.");
        return true;
    }
}
