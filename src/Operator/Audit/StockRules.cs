namespace GoCart.Operator.Audit;

/// <summary>An order as the orders database has it.</summary>
/// <param name="Items">A hash of the products and quantities of the order: equal for equal ones.</param>
internal sealed record OrderSide(Guid Id, string Status, string StockState, long? Items);

/// <summary>What the products database has of the same order.</summary>
/// <param name="State">Of its row in order_stock; null if there is none.</param>
/// <param name="Sold">Like <see cref="OrderSide.Items"/>, for what its sale rows took; null if there are none.</param>
/// <param name="Restored">The same for its restore rows.</param>
internal sealed record StockSide(Guid Id, string? State, long? Sold, long? Restored);

/// <summary>What a finding means.</summary>
internal enum Doubt
{
    /// <summary>It is broken, whatever else happens.</summary>
    None,

    /// <summary>Unless the order has come, or has been cancelled, since the orders database was read.</summary>
    OrderMayHaveChanged,

    /// <summary>Unless products has not handled order.cancelled yet.</summary>
    CancellationMayBeUnderWay,
}

internal sealed record Finding(string Invariant, string Detail, Doubt Doubt = Doubt.None, Remedy Remedy = Remedy.None);

/// <summary>
/// I2, where the two databases must agree, and I4, where the products database must agree with itself. The orders database is
/// read first. What products has is then at least as new: every answer that orders knows of is there.
/// </summary>
internal static class StockRules
{
    /// <param name="isLost">It is known that the orders database lost it.</param>
    public static IEnumerable<Finding> Check(OrderSide? order, StockSide? stock, bool isLost = false)
    {
        stock ??= new(order?.Id ?? default, null, null, null);
        return Ledger(stock).Concat(order is null ? Orderless(stock, isLost) : Agreement(order, stock));
    }

    private static IEnumerable<Finding> Orderless(StockSide stock, bool isLost) => isLost && stock.State != "reserved"
        ? []
        : [new("I3", "products has stock rows for it, and there is no such order", Doubt.OrderMayHaveChanged, Remedy.WriteOffOrder)];

    private static IEnumerable<Finding> Ledger(StockSide stock)
    {
        switch (stock)
        {
            case { State: null, Sold: null, Restored: null }:
                yield break;
            case { State: null }:
                yield return new("I4", "it has ledger rows, and no row in order_stock");
                break;
            case { State: "reserved", Sold: null }:
                yield return new("I2", "its stock is reserved, and the ledger has no sale rows");
                break;
            case { State: "reserved", Restored: not null }:
                yield return new("I2", "its stock is reserved, and the ledger has restore rows");
                break;
            case { State: "released" } when stock.Sold is null || stock.Sold != stock.Restored:
                yield return new("I2", "its stock is released, and its sale and restore rows do not sum to 0");
                break;
            case { State: "rejected" or "void" } when (stock.Sold ?? stock.Restored) is not null:
                yield return new("I2", $"its stock is {stock.State}, and the ledger has rows");
                break;
        }
    }

    private static IEnumerable<Finding> Agreement(OrderSide order, StockSide stock)
    {
        if (stock.Sold is not null && stock.Sold != order.Items)
            yield return new("I2", "its sale rows are not its items");

        switch (order.StockState, stock.State)
        {
            case ("reserved", "reserved") or ("rejected", "rejected"):
                break;
            // Cancelled since.
            case ("reserved", "released"):
                yield return new(
                    "I2", "its stock was released, and the order is not cancelled", Doubt.OrderMayHaveChanged,
                    order.Status is "pending" or "paid" ? Remedy.CancelOrder : Remedy.None);
                break;
            // Products was restored to a moment before it decided. Nothing was taken, and nothing is to be: told of the order
            // again, it might take stock for an order that has ended.
            case ("rejected", null):
                break;
            case ("reserved" or "rejected", var state):
                yield return new(
                    "I2", $"its stock is {order.StockState} for orders, and {state ?? "unknown"} for products",
                    Remedy: state is null && order.StockState == "reserved" ? Remedy.SendOrderCreated : Remedy.None);
                break;
            case ("released", "reserved"):
                yield return new(
                    "I2", "it is cancelled, and its stock has not been given back",
                    Doubt.CancellationMayBeUnderWay, Remedy.SendOrderCancelled);
                break;
            case ("awaiting", "released" or "void"):
                yield return new("I2", $"its stock is {stock.State}, and the order is not cancelled", Doubt.OrderMayHaveChanged);
                break;
        }
    }
}
