using GoCart.BuildingBlocks.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GoCart.Orders;

/// <summary>Every problem of the service's own; docs/problems.md describes each.</summary>
internal static class Problems
{
    public static ProblemHttpResult OrderNotFound() => Problem.Create(
        StatusCodes.Status404NotFound, "order_not_found", "There is no such order.");

    public static ProblemHttpResult CartEmpty() => Problem.Create(
        StatusCodes.Status400BadRequest, "cart_empty", "Your cart is empty; there is nothing to order.");

    /// <param name="items">Those that are no longer on sale.</param>
    public static ProblemHttpResult ProductUnavailable(IEnumerable<object> items) => Conflict(
        "product_unavailable", "Something in your cart is no longer on sale; remove it and order again.", items);

    /// <param name="items">Those of which there are not enough.</param>
    public static ProblemHttpResult InsufficientStock(IEnumerable<object> items) => Conflict(
        "insufficient_stock", "Some items are not in stock in the quantity you want; reduce it and order again.", items);

    /// <param name="items">All items at their prices of now.</param>
    public static ProblemHttpResult PriceChanged(long expectedTotalCents, long totalCents, IEnumerable<object> items) => Problem.Create(
        StatusCodes.Status409Conflict, "price_changed",
        "The cart no longer costs what you expected; look at the prices and order again.",
        [new("expected_total_cents", expectedTotalCents), new("total_cents", totalCents), new("items", items)]);

    public static ProblemHttpResult OrderNotCancellable(string status) => Problem.Create(
        StatusCodes.Status409Conflict, "order_not_cancellable",
        $"The order is {status}; only a pending or paid order can be cancelled.");

    public static ProblemHttpResult IllegalTransition(string from, string to) => Problem.Create(
        StatusCodes.Status409Conflict, "illegal_transition", $"An order that is {from} cannot become {to}.");

    public static ProblemHttpResult StockNotReserved() => Problem.Create(
        StatusCodes.Status409Conflict, "stock_not_reserved",
        "The stock of this order has not been reserved yet; it can be paid then.");

    public static ProblemHttpResult UnknownStatus() => Problem.InvalidParameter(
        "status", "The status must be one of pending, paid, shipped, delivered, cancelled and rejected.");

    public static ProblemHttpResult InvalidUserId() => Problem.InvalidParameter("user_id", "The user_id must be a UUID.");

    private static ProblemHttpResult Conflict(string code, string detail, IEnumerable<object> items) => Problem.Create(
        StatusCodes.Status409Conflict, code, detail, [new("items", items)]);
}
