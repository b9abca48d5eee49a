namespace GoCart.Contracts.Products;

/// <summary>The stock of every item of the order was taken.</summary>
public sealed record StockReserved(Guid OrderId) : IEvent
{
    public static string Exchange => "stock";
    public static string Type => "stock.reserved";

    public string? FindFault() => OrderId == Guid.Empty ? "The order id is empty." : null;
}

/// <summary>Nothing was taken, because the stock of the named items did not suffice.</summary>
public sealed record StockRejected(Guid OrderId, IReadOnlyList<StockShortage> Items) : IEvent
{
    public static string Exchange => "stock";
    public static string Type => "stock.rejected";

    public string? FindFault() =>
        OrderId == Guid.Empty ? "The order id is empty."
        : Items.Any(item => item is null) ? "An item is null."
        : null;
}

/// <param name="Available">What was in stock; 0 for a product that is no longer sold.</param>
public sealed record StockShortage(Guid ProductId, int Requested, int Available);
