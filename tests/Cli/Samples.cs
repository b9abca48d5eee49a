using GoCart.Contracts.Carts;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using GoCart.Contracts.Users;

namespace GoCart.Tests.Cli;

/// <summary>Answers of a store, for the tests of what the client makes of them.</summary>
internal static class Samples
{
    /// <summary>Somebody else's text: it must not colour, move or turn anything in the terminal.</summary>
    public const string HostileName = "Mug\u001B[31m red\u001B]0;title\u0007 [bold]bold[/] \u202Edessrever\r\nnext";

    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Two hours east of Greenwich, so that a time shown in UTC would be noticed.</summary>
    public static TimeProvider Clock { get; } = new EasternClock();

    public static UserResponse User { get; } = new(Id(1), "ann@example.com", "customer", Noon, Noon);

    public static ProductResponse[] Products { get; } =
    [
        Product(1, "Coffee mug", 1999, stock: 12, "Holds 300 ml.\nDishwasher safe."),
        Product(2, HostileName, 1_000_000_000, stock: 3),
        Product(3, "Notebook 手帳", 650, stock: 0),
        Product(4, "Umbrella", 2500, stock: 40) with { IsActive = false },
    ];

    public static StockLedgerEntry[] Ledger { get; } =
    [
        new("adjustment", 5, null, Id(1), Noon.AddHours(2)),
        new("sale", -3, Id(9), null, Noon.AddHours(1)),
        new("initial", 10, null, Id(1), Noon),
    ];

    public static CartResponse Cart { get; } = new(
        Id(20), 7,
        [
            new(Id(21), Id(1), "Coffee mug", 2, 1999, 3998, Available: true, PriceChanged: false),
            new(Id(22), Id(2), HostileName, 999, 1_000_000_000, 999_000_000_000, Available: false, PriceChanged: false),
            new(Id(23), Id(3), "Notebook 手帳", 10, 650, 6500, Available: true, PriceChanged: true),
        ],
        999_000_010_498, "USD", Noon);

    public static OrderResponse Order { get; } = new(
        Id(30), Id(1), OrderStatus.Paid, StockState.Reserved, 6473, "USD",
        [
            new(Id(31), Id(1), "Coffee mug", 2, 1999, 3998),
            new(Id(32), Id(3), "Notebook 手帳", 1, 650, 650),
            new(Id(33), Id(4), "Umbrella", 1, 1175, 1175),
            new(Id(34), Id(5), "Pen", 1, 650, 650),
        ],
        null,
        [new(OrderStatus.Pending, Noon, null), new(OrderStatus.Paid, Noon.AddMinutes(1), "paid by card\u001B[2J")],
        3, Noon, Noon.AddMinutes(1));

    public static OrderResponse RejectedOrder { get; } = Order with
    {
        Id = Id(40),
        Status = OrderStatus.Rejected,
        StockState = StockState.Rejected,
        Rejection = new OrderRejection("insufficient_stock", [new(Id(1), 2, 1), new(Id(99), 1, 0)]),
        History = [new(OrderStatus.Pending, Noon, null), new(OrderStatus.Rejected, Noon, "insufficient_stock")],
    };

    private static ProductResponse Product(int id, string name, long priceCents, int stock, string? description = null) =>
        new(Id(id), name, description, priceCents, "USD", stock, IsActive: true, Version: 1, Noon, Noon);

    private static Guid Id(int number) => new($"01900000-0000-7000-8000-{number:d12}");

    private sealed class EasternClock : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone { get; } =
            TimeZoneInfo.CreateCustomTimeZone("east", TimeSpan.FromHours(2), "east", "east");
    }
}
