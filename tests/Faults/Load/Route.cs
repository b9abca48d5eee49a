namespace GoCart.Faults.Load;

/// <summary>What customers do, by what has to work for it.</summary>
internal enum Route
{
    /// <summary>Products: lists and single ones. Needs products.</summary>
    Browse,

    /// <summary>Who am I. Needs users.</summary>
    Account,

    /// <summary>Looking into the cart and changing it. Needs carts and products.</summary>
    Cart,

    /// <summary>Ordering. Needs orders, carts and products.</summary>
    PlaceOrder,

    /// <summary>Looking at orders. Needs orders.</summary>
    ReadOrder,

    /// <summary>Cancelling an order. Needs orders.</summary>
    Cancel,
}

internal static class Routes
{
    public static readonly IReadOnlyList<Route> None = [];

    public static readonly IReadOnlyList<Route> All = Enum.GetValues<Route>();

    /// <summary>Those that cannot work while a service is away.</summary>
    public static IReadOnlyList<Route> Of(string service) => service switch
    {
        "users" => [Route.Account],
        "products" => [Route.Browse, Route.Cart, Route.PlaceOrder],
        "carts" => [Route.Cart, Route.PlaceOrder],
        "orders" => [Route.PlaceOrder, Route.ReadOrder, Route.Cancel],
        _ => All,
    };

    /// <summary>From the first byte of the request to the last of its answer, as docs/operations.md promises.</summary>
    public static TimeSpan Deadline(this Route route) => TimeSpan.FromSeconds(route == Route.PlaceOrder ? 15 : 10);
}
