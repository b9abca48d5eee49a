namespace GoCart.Products.Catalog;

/// <summary>What staff may set.</summary>
internal static class ProductLimits
{
    public const int MinPriceCents = 1;

    /// <summary>Ten million in the store's currency: with the limits of an order, no total can overflow.</summary>
    public const int MaxPriceCents = 1_000_000_000;

    public const int MaxStock = 1_000_000;
}
