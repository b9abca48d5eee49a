using System.Net;

namespace GoCart.Bench.Scenarios;

internal static class All
{
    /// <summary>In the order in which they run. The last two make events of orders that nobody placed, so the audit comes before them.</summary>
    public static IReadOnlyList<Scenario> Create() =>
    [
        new ReadProducts("product", "GET one product", HttpStatusCode.OK, ReadProducts.Single),
        new ReadProducts("page", "GET a page of 20 products", HttpStatusCode.OK, ReadProducts.Page),
        new ReadProducts("unknown", "GET an unknown product", HttpStatusCode.NotFound, ReadProducts.Unknown),
        new ReadOwn("cart", "GET the cart, 5 items",
            (_, _) => "/api/cart", (_, reader) => $"/cart/{Store.Assortment.CustomerId(reader)}"),
        new ReadOwn("order", "GET one order",
            (stage, reader) => $"/api/orders/{stage.OrdersOfReaders[reader][0]}", (stage, reader) => $"/orders/{stage.OrdersOfReaders[reader][0]}"),
        new ReadOwn("orders", "GET a page of 20 orders",
            (_, _) => "/api/orders?limit=20", (_, reader) => $"/orders-of/{Store.Assortment.CustomerId(reader)}"),
        new AddToCart(),
        new PlaceOrders("place", "the same writes as one statement by pgbench, 16 clients", 0.25, isByRows: false),
        new PlaceOrders("place-rows", "the same writes as BEGIN … COMMIT by pgbench, a statement a row", 0.60, isByRows: true),
        new OrderToReserved(),
        new ShoppingSessions(clients: 1, goal: null),
        new ShoppingSessions(clients: 8, goal: 1) { CpuGoal = 4 },
        new ShoppingSessions(clients: 32, goal: 1) { CpuGoal = 4 },
        new MixedSessions("mixed-uniform", "all products alike", exponent: 0),
        new MixedSessions("mixed-zipf", "few products often (Zipf)", exponent: 1),
        new SignIn(),
        new OutboxToConsumer(),
        new HotProduct(),
    ];

    /// <summary>Whether the books of the store still balance after it.</summary>
    public static bool Balances(Scenario scenario) => scenario is not Backlog;
}
