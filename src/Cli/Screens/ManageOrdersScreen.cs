using GoCart.Cli.Api;
using GoCart.Cli.Views;
using GoCart.Contracts.Orders;

namespace GoCart.Cli.Screens;

/// <summary>Everybody's orders, for staff: pay, ship, deliver, cancel. Support may cancel.</summary>
internal sealed class ManageOrdersScreen(Shop shop)
{
    public Task RunAsync(CancellationToken cancellationToken) => RunAsync(status: null, cancellationToken);

    private Task RunAsync(string? status, CancellationToken cancellationToken) => new ListScreen<OrderResponse>(shop)
    {
        Title = status is null ? "All orders" : $"All {status} orders",
        List = Lists.AllOrders(status),
        View = orders => OrderViews.Table(orders, shop.Clock, numbered: true),
        Open = OpenAsync,
        WhenEmpty = "There are none.",
        Keys = status is null ? [new Key("f", "filter by status", FilterAsync)] : [],
    }.RunAsync(cancellationToken);

    private async Task FilterAsync(CancellationToken cancellationToken)
    {
        string[] statuses = [.. Enum.GetValues<OrderStatus>().Select(OrderViews.Word)];
        if (await shop.ChooseAsync(statuses, cancellationToken) is { } chosen)
            await RunAsync(statuses[chosen], cancellationToken);
    }

    private async Task<bool> OpenAsync(OrderResponse listed, CancellationToken cancellationToken)
    {
        var order = (await shop.Client.GetAnyOrderAsync(listed.Id, cancellationToken)).Value;
        shop.ShowTitle("Order");
        shop.Show(OrderViews.Details(order, shop.Clock));

        var next = NextStatuses(order.Status);
        if (next.Length == 0 || await shop.ChooseAsync([.. next.Select(status => $"Mark as {status}")], cancellationToken) is not { } chosen)
            return false;

        var changed = (await shop.Client.SetOrderStatusAsync(order.Id, next[chosen], cancellationToken)).Value;
        shop.Terminal.SayDone($"The order is {OrderViews.Word(changed.Status)}.");
        return true;
    }

    /// <summary>The choices worth offering; whether one is allowed, the store decides.</summary>
    private static string[] NextStatuses(OrderStatus status) => status switch
    {
        OrderStatus.Pending => ["paid", "cancelled"],
        OrderStatus.Paid => ["shipped", "cancelled"],
        OrderStatus.Shipped => ["delivered"],
        _ => [],
    };
}
