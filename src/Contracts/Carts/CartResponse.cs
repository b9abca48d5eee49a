namespace GoCart.Contracts.Carts;

/// <param name="Id">Null while the customer has never put anything into a cart; then <paramref name="Version"/> is 0.</param>
/// <param name="Version">Grows with every change; the ETag.</param>
/// <param name="TotalCents">At the live prices, in cents of <paramref name="Currency"/> (ISO 4217).</param>
public sealed record CartResponse(
    Guid? Id,
    long Version,
    IReadOnlyList<CartItemResponse> Items,
    long TotalCents,
    string Currency,
    DateTimeOffset? UpdatedAt);

/// <param name="PriceCents">The live price of one unit.</param>
/// <param name="Available">On sale, and in stock at this quantity.</param>
/// <param name="PriceChanged">The price is no longer the one the item was added at.</param>
public sealed record CartItemResponse(
    Guid Id,
    Guid ProductId,
    string Name,
    int Quantity,
    long PriceCents,
    long LineTotalCents,
    bool Available,
    bool PriceChanged);

/// <summary>What orders asks carts for, without prices: <c>GET /internal/cart</c>.</summary>
/// <param name="OrderedVersion">The highest version of this cart whose ordered items have been removed; 0 for none.</param>
public sealed record CartContents(Guid? Id, long Version, long OrderedVersion, IReadOnlyList<CartContentsItem> Items);

public sealed record CartContentsItem(Guid ProductId, int Quantity);
