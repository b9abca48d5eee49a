using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Products;

namespace GoCart.Products.Catalog;

/// <summary>A row of the table products.</summary>
internal sealed record Product(
    Guid Id,
    string Name,
    string? Description,
    long PriceCents,
    int Stock,
    bool IsActive,
    long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? DeletedAt)
{
    public const string Columns =
        "id, name, description, price_cents, stock, is_active, version, created_at, updated_at, deleted_at";

    public string ETag => ETags.For(Version);

    /// <param name="currency">ISO 4217; the store's.</param>
    public ProductResponse ToResponse(string currency) => new(
        Id, Name, Description, PriceCents, currency, Stock, IsActive, Version, CreatedAt, UpdatedAt, DeletedAt);
}
