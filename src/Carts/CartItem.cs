using GoCart.Contracts.Carts;
using GoCart.Contracts.Products;

namespace GoCart.Carts;

/// <summary>A row of <c>cart_items</c>.</summary>
/// <param name="Name">As it was when the product was last added; likewise <paramref name="PriceCents"/>.</param>
internal sealed record CartItem(Guid Id, Guid ProductId, string Name, int Quantity, long PriceCents)
{
    /// <summary>The item as it is shown today.</summary>
    /// <param name="product">The product as it is on sale now; null if it no longer is, and then the last known name and price are shown.</param>
    public CartItemResponse At(ProductOnSale? product)
    {
        var priceCents = product?.PriceCents ?? PriceCents;
        return new(
            Id,
            ProductId,
            product?.Name ?? Name,
            Quantity,
            priceCents,
            CartRules.LineTotal(Quantity, priceCents),
            Available: product is not null && product.Stock >= Quantity,
            PriceChanged: priceCents != PriceCents);
    }
}
