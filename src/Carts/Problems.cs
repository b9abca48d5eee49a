using GoCart.BuildingBlocks.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GoCart.Carts;

/// <summary>Every problem of the service's own; docs/problems.md describes each.</summary>
internal static class Problems
{
    public static ProblemHttpResult ProductNotFound() => Problem.Create(
        StatusCodes.Status404NotFound, "product_not_found", "There is no such product on sale.");

    public static ProblemHttpResult CartItemNotFound() => Problem.Create(
        StatusCodes.Status404NotFound, "cart_item_not_found", "There is no such item in your cart.");

    public static ProblemHttpResult CartNotFound() => Problem.Create(
        StatusCodes.Status404NotFound, "cart_not_found", "You have no such cart.");

    /// <param name="requested">What the cart would hold in all.</param>
    public static ProblemHttpResult InsufficientStock(Guid productId, int requested, int available) => Problem.Create(
        StatusCodes.Status409Conflict, "insufficient_stock",
        $"Your cart would hold {requested} of this product, but only {available} can be sold.",
        [new("items", new[] { new { product_id = productId, requested, available } })]);

    public static ProblemHttpResult CartLimit() => Problem.Create(
        StatusCodes.Status409Conflict, "cart_limit",
        $"A cart holds up to {CartRules.MaxItems} items, and up to {CartRules.MaxQuantity} of each.");

    public static ProblemHttpResult PreconditionFailed() => Problem.Create(
        StatusCodes.Status412PreconditionFailed, "precondition_failed",
        "The cart has changed since you read it; read it again.");
}
