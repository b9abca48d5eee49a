using GoCart.Contracts.Orders;

namespace GoCart.Orders;

/// <summary>Where an order stands, and the only ways on from there. The database refuses every other (Migrations/0001_orders.sql).</summary>
/// <remarks>
/// <code>
/// pending/awaiting ──stock.reserved──▶ pending/reserved ──▶ paid/reserved ──▶ shipped/reserved ──▶ delivered/reserved
///       │    └──────stock.rejected──▶ rejected/rejected          │
///       └──────────────cancel──────────────┴───────cancel────────┴──▶ cancelled/released
/// </code>
/// Cancelling releases the stock also while products has not answered yet: order.cancelled makes it give back what it took, or
/// take nothing any more. So its late answer changes nothing, and in whatever order the two meet, the end is the same.
/// The answers of products are applied in SQL, many at once (ConfirmStock, RejectOrder); what they do is stated here too, and
/// StockEventsTests holds the SQL to it from every state.
/// </remarks>
internal readonly record struct OrderState(OrderStatus Status, StockState Stock)
{
    public static OrderState Placed { get; } = new(OrderStatus.Pending, StockState.Awaiting);

    /// <summary>What stock.reserved makes of it; only an order that waits for the answer is changed by it.</summary>
    public OrderState AfterStockReserved() => this == Placed ? this with { Stock = StockState.Reserved } : this;

    /// <summary>What stock.rejected makes of it.</summary>
    public OrderState AfterStockRejected() => this == Placed ? new(OrderStatus.Rejected, StockState.Rejected) : this;

    /// <summary>What becomes of it when somebody asks for that status; the same one again changes nothing.</summary>
    public StatusMove MoveTo(OrderStatus status) => (Status, status) switch
    {
        _ when Status == status => new(this),
        (OrderStatus.Pending or OrderStatus.Paid, OrderStatus.Cancelled) => new(new(OrderStatus.Cancelled, StockState.Released)),
        (OrderStatus.Pending, OrderStatus.Paid) when Stock != StockState.Reserved => new(this, Refusal.StockNotReserved),
        (OrderStatus.Pending, OrderStatus.Paid) or
        (OrderStatus.Paid, OrderStatus.Shipped) or
        (OrderStatus.Shipped, OrderStatus.Delivered) => new(this with { Status = status }),
        _ => new(this, Refusal.IllegalTransition),
    };
}

/// <param name="State">Where the order stands afterwards.</param>
internal readonly record struct StatusMove(OrderState State, Refusal Refusal = Refusal.None);

internal enum Refusal
{
    None,
    IllegalTransition,
    StockNotReserved,
}

/// <summary>Why an order was cancelled or rejected, as its history, the event order.cancelled and the rejection say it.</summary>
internal static class Reasons
{
    public const string Customer = "requested_by_customer";
    /// <summary>By anybody of the staff; the word is older than the other roles.</summary>
    public const string Admin = "requested_by_admin";
    public const string StockNotConfirmed = "stock_not_confirmed";
    public const string InsufficientStock = "insufficient_stock";
}
