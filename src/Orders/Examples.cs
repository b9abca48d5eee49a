using GoCart.Contracts.Orders;

namespace GoCart.Orders;

/// <summary>What the OpenAPI document shows of each body that is read or answered, and of the items that problems name.</summary>
internal static class Examples
{
    private static readonly Guid ProductId = new("0198f1c2-7a3b-7c4d-8e5f-6a7b8c9d0e1f");
    private static readonly DateTimeOffset PlacedAt = new(2026, 1, 15, 9, 30, 0, TimeSpan.Zero);

    public static object[] Unavailable => [new { product_id = ProductId }];

    public static object[] Shortage => [new { product_id = ProductId, name = "Espresso cup", requested = 5, available = 3 }];

    public static object[] Price =>
        [new { product_id = ProductId, name = "Espresso cup", quantity = 2, price_cents = 1299, line_total_cents = 2598 }];

    public static object[] All =>
    [
        new PlaceOrderRequest(ExpectedTotalCents: 2598),
        new ChangeStatusRequest("shipped"),
        new OrderResponse(
            new("0198f1c8-2d3e-7f40-8152-637485960718"), new("0198f1c0-5d6e-7f80-9121-324354657687"),
            OrderStatus.Pending, StockState.Reserved, TotalCents: 2598, "USD",
            [
                new(
                    new("0198f1c8-2d3f-7a51-9263-748596071829"), ProductId, "Espresso cup", Quantity: 2,
                    PriceCents: 1299, LineTotalCents: 2598),
            ],
            Rejection: null, [new(OrderStatus.Pending, PlacedAt, Reason: null)], Version: 2, PlacedAt, PlacedAt.AddSeconds(1)),
        new OrderTimeline(
            new("0198f1c8-2d3e-7f40-8152-637485960718"),
            [
                new(PlacedAt, "orders", "placed", Actor: "customer"),
                new(PlacedAt, "orders", "event_written", "order.created", TraceId: "4bf92f3577b34da6a3ce929d0e0e4736"),
                new(PlacedAt.AddSeconds(1), "products", "stock_taken", $"2 of product {ProductId}"),
            ],
            Missing: []),
    ];
}
