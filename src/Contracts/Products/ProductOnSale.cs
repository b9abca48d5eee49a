namespace GoCart.Contracts.Products;

/// <summary>
/// What carts and orders need to know of a product that is on sale: <c>GET /internal/products?ids=</c>. Without its description,
/// which would be most of the answer.
/// </summary>
/// <param name="PriceCents">Price of one unit, in cents of <paramref name="Currency"/> (ISO 4217).</param>
/// <param name="Stock">Units that can be sold now.</param>
public sealed record ProductOnSale(Guid Id, string Name, long PriceCents, string Currency, int Stock);
