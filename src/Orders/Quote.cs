using GoCart.Contracts.Carts;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GoCart.Orders;

/// <summary>What a cart costs now, or why it cannot be ordered: the rules, without database and network.</summary>
/// <param name="Refusal">Null when the cart can be ordered.</param>
internal sealed record Quote(
    IReadOnlyList<OrderItemResponse> Items, long TotalCents, string Currency, ProblemHttpResult? Refusal = null)
{
    /// <param name="cart">At least one item, each of another product.</param>
    /// <param name="onSale">Those of its products that are on sale.</param>
    /// <param name="expectedTotalCents">What the customer believes it costs; null if any price is right.</param>
    public static Quote Of(
        IReadOnlyList<CartContentsItem> cart, IReadOnlyDictionary<Guid, ProductOnSale> onSale, long? expectedTotalCents,
        DateTimeOffset now)
    {
        var unavailable = cart.Where(item => !onSale.ContainsKey(item.ProductId)).ToList();
        if (unavailable.Count > 0)
            return Refused(Problems.ProductUnavailable(unavailable.Select(item => new { product_id = item.ProductId })));

        var shortages = cart.Where(item => onSale[item.ProductId].Stock < item.Quantity).ToList();
        if (shortages.Count > 0)
            return Refused(Problems.InsufficientStock(shortages.Select(item => ShortageOf(item, onSale[item.ProductId]))));

        var items = cart.Select(item => Price(item, onSale[item.ProductId], now)).ToList();
        var totalCents = items.Aggregate(0L, (total, item) => checked(total + item.LineTotalCents));
        if (expectedTotalCents is { } expected && expected != totalCents)
            return Refused(Problems.PriceChanged(expected, totalCents, items.Select(PriceOf)));

        return new(items, totalCents, onSale[cart[0].ProductId].Currency);
    }

    private static OrderItemResponse Price(CartContentsItem item, ProductOnSale product, DateTimeOffset now) => new(
        Guid.CreateVersion7(now), item.ProductId, product.Name, item.Quantity, product.PriceCents,
        checked(product.PriceCents * item.Quantity));

    private static object ShortageOf(CartContentsItem item, ProductOnSale product) =>
        new { product_id = item.ProductId, name = product.Name, requested = item.Quantity, available = product.Stock };

    private static object PriceOf(OrderItemResponse item) => new
    {
        product_id = item.ProductId,
        name = item.Name,
        quantity = item.Quantity,
        price_cents = item.PriceCents,
        line_total_cents = item.LineTotalCents,
    };

    private static Quote Refused(ProblemHttpResult problem) => new([], 0, "", problem);
}
