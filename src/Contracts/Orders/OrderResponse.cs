using System.Text.Json.Serialization;

namespace GoCart.Contracts.Orders;

/// <summary>pending → paid → shipped → delivered; pending or paid → cancelled; pending → rejected.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<OrderStatus>))]
public enum OrderStatus
{
    Pending,
    Paid,
    Shipped,
    Delivered,
    Cancelled,
    Rejected,
}

/// <summary>awaiting → reserved or rejected; awaiting or reserved → released when the order is cancelled.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<StockState>))]
public enum StockState
{
    Awaiting,
    Reserved,
    Rejected,
    Released,
}

/// <param name="TotalCents">Sum of the items, in cents of <paramref name="Currency"/> (ISO 4217).</param>
/// <param name="Rejection">Why stock was refused; null unless the status is <c>rejected</c>.</param>
/// <param name="Version">Grows with every change; the ETag.</param>
public sealed record OrderResponse(
    Guid Id,
    Guid UserId,
    OrderStatus Status,
    StockState StockState,
    long TotalCents,
    string Currency,
    IReadOnlyList<OrderItemResponse> Items,
    OrderRejection? Rejection,
    IReadOnlyList<OrderHistoryEntry> History,
    long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);

/// <summary>An item as it was ordered: name and price never change afterwards.</summary>
public sealed record OrderItemResponse(
    Guid Id,
    Guid ProductId,
    string Name,
    int Quantity,
    long PriceCents,
    long LineTotalCents);

public sealed record OrderRejection(string Reason, IReadOnlyList<RejectedItem> Items);

public sealed record RejectedItem(Guid ProductId, int Requested, int Available);

public sealed record OrderHistoryEntry(OrderStatus Status, DateTimeOffset At, string? Reason);
