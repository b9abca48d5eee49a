using GoCart.Contracts.Products;
using GoCart.Products.Catalog;

namespace GoCart.Products;

/// <summary>What the OpenAPI document shows of each body that is read or answered.</summary>
internal static class Examples
{
    private static readonly DateTimeOffset CreatedAt = new(2026, 1, 15, 9, 0, 0, TimeSpan.Zero);

    public static object[] All =>
    [
        new CreateProductRequest("Espresso cup", PriceCents: 1299, Stock: 40, "Porcelain, 60 ml"),
        new UpdateProductRequest { PriceCents = 1199, Stock = 60 },
        new ProductResponse(
            new("0198f1c2-7a3b-7c4d-8e5f-6a7b8c9d0e1f"), "Espresso cup", "Porcelain, 60 ml", PriceCents: 1299, "USD",
            Stock: 38, IsActive: true, Version: 3, CreatedAt, UpdatedAt: CreatedAt.AddMinutes(30)),
        new StockLedgerEntry(
            "sale", Delta: -2, OrderId: new("0198f1c8-2d3e-7f40-8152-637485960718"), Actor: null, CreatedAt.AddMinutes(30)),
    ];
}
