using GoCart.Contracts.Carts;

namespace GoCart.Carts;

/// <summary>What the OpenAPI document shows of each body that is read or answered.</summary>
internal static class Examples
{
    public static readonly Guid ProductId = new("0198f1c2-7a3b-7c4d-8e5f-6a7b8c9d0e1f");

    private static readonly CartItemResponse Item = new(
        new("0198f1c5-1b2c-7d3e-8f40-516273849506"), ProductId, "Espresso cup", Quantity: 2,
        PriceCents: 1299, LineTotalCents: 2598, Available: true, PriceChanged: false);

    public static object[] All =>
    [
        new AddItemRequest(ProductId, Quantity: 2),
        new ChangeQuantityRequest(Quantity: 3),
        Item,
        new CartResponse(
            new("0198f1c5-0a1b-7c2d-8e3f-405162738495"), Version: 4, [Item], TotalCents: 2598, "USD",
            new(2026, 1, 15, 9, 30, 0, TimeSpan.Zero)),
    ];
}
