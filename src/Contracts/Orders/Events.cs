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
}

/// <param name="Quantity">1 to 999.</param>
public sealed record OrderedItem(Guid ProductId, int Quantity);
