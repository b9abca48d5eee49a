using GoCart.BuildingBlocks.Http;
using GoCart.Products.Catalog;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GoCart.Products;

/// <summary>Every problem of the service's own; docs/problems.md describes each.</summary>
internal static class Problems
{
    public static ProblemHttpResult ProductNotFound() => Problem.Create(
        StatusCodes.Status404NotFound, "product_not_found", "There is no such product.");

    public static ProblemHttpResult PreconditionFailed() => Problem.Create(
        StatusCodes.Status412PreconditionFailed, "precondition_failed",
        "The product has changed since you read it; read it again.");

    public static ProblemHttpResult InvalidIds() =>
        Problem.InvalidParameter("ids", $"ids must be 1 to {ProductIds.Max} product ids, separated by commas.");
}
