namespace GoCart.Contracts.Orders;

/// <summary>An order was accepted; products takes its stock, carts empties the cart it came from.</summary>
/// <param name="CartVersion">The version of the cart that was ordered; later versions are not part of the order.</param>
/// <param name="TotalCents">Sum of the items, in cents of <paramref name="Currency"/>.</param>
/// <param name="Currency">ISO 4217.</param>
public sealed record OrderCreated(
    Guid OrderId,
    Guid UserId,
    Guid CartId,
    long CartVersion,
    IReadOnlyList<OrderedItem> Items,
    long TotalCents,
    string Currency,
    DateTimeOffset OccurredAt) : IEvent
{
    public static string Exchange => "orders";
    public static string Type => "order.created";

    public string? FindFault() =>
        OrderId == Guid.Empty || UserId == Guid.Empty || CartId == Guid.Empty ? "An id is empty."
        : TotalCents < 0 ? "The total is negative."
        : OrderedItem.FindFault(Items);
}

/// <summary>An order was cancelled; products gives back what it had taken for it.</summary>
public sealed record OrderCancelled(
    Guid OrderId,
    IReadOnlyList<OrderedItem> Items,
    string Reason,
    DateTimeOffset OccurredAt) : IEvent
{
    public static string Exchange => "orders";
    public static string Type => "order.cancelled";

    public string? FindFault() => OrderId == Guid.Empty ? "The order id is empty." : OrderedItem.FindFault(Items);
}

/// <param name="Quantity">1 to 999.</param>
public sealed record OrderedItem(Guid ProductId, int Quantity)
{
    /// <returns>What is wrong with the items of an order, if anything is.</returns>
    public static string? FindFault(IReadOnlyList<OrderedItem> items) =>
        items.Count is 0 or > 100 ? "An order has 1 to 100 items."
        // From JSON, a list can hold null whatever its type says.
        : items.Any(item => item is null || item.ProductId == Guid.Empty) ? "An item is no product."
        : items.Any(item => item.Quantity is < 1 or > 999) ? "A quantity is not within 1 to 999."
        : items.DistinctBy(item => item.ProductId).Count() < items.Count ? "A product is there twice."
        : null;
}
