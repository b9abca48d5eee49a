using System.Text.Json.Serialization;

namespace GoCart.Contracts.Products;

/// <param name="PriceCents">Price of one unit, in cents of <paramref name="Currency"/>: 1999 is 19.99.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Stock">Units that can be sold now.</param>
/// <param name="Version">Grows with every change of the product; its ETag.</param>
/// <param name="DeletedAt">Only there when the product was deleted, and then only for staff.</param>
public sealed record ProductResponse(
    Guid Id,
    string Name,
    string? Description,
    long PriceCents,
    string Currency,
    int Stock,
    bool IsActive,
    long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? DeletedAt = null);

/// <summary>One line of a product's stock ledger: the stock is the sum of all deltas.</summary>
/// <param name="Actor">The user who changed it, for <c>initial</c> and <c>adjustment</c>.</param>
/// <param name="Stock">After this entry; only there when the ledger of an earlier time was asked for.</param>
/// <param name="Reason">Of an adjustment that nobody made but <c>gocart audit --repair</c>; otherwise it is not there.</param>
public sealed record StockLedgerEntry(
    string Kind,
    int Delta,
    Guid? OrderId,
    Guid? Actor,
    DateTimeOffset At,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Stock = null);
