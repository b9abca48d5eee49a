using GoCart.BuildingBlocks.Audit;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;
using GoCart.BuildingBlocks.OpenApi;
using GoCart.Contracts.Products;
using GoCart.Products.Catalog;
using GoCart.Products.Stock;

namespace GoCart.Products;

/// <summary>Every route of the service.</summary>
internal static class Routes
{
    public static void MapProductRoutes(this IEndpointRouteBuilder routes)
    {
        var catalog = routes.MapGroup("/api/products").WithTags("Products").AllowAnonymous();

        catalog.MapRead("", ListProducts.Handle).WithName("ListProducts")
            .WithSummary("List or search the products on sale")
            .WithDescription(
                "Newest first; with `q` those that fit best first; with `ids` those products, where unknown ones are left out.");

        catalog.MapRead("/{id}", GetProduct.Handle).WithName("GetProduct")
            .WithSummary("Show a product on sale")
            .WithDescription("One that is inactive or deleted is not found.")
            .Produces(StatusCodes.Status304NotModified)
            .WithProblems(Problems.ProductNotFound());

        // For carts and orders, in the name of their customer; the gateway lets nobody through to it.
        routes.MapGroup("/internal/products").RequireAuthorization(Policies.SignedIn).ExcludeFromDescription()
            .MapRead("", ListOnSale.Handle);

        var admin = routes.MapGroup("/admin/products").WithTags("Administration").RequireAuthorization(Policies.Catalog);

        admin.MapRead("", ListProducts.HandleAdmin).WithName("ListAllProducts")
            .WithSummary("List or search all products")
            .WithDescription("As customers see them, and with `include` also those that are not on sale.");

        admin.MapRead("/{id}", GetProduct.HandleAdmin).WithName("GetAnyProduct")
            .WithSummary("Show any product")
            .WithDescription("Also one that is inactive or deleted.")
            .Produces(StatusCodes.Status304NotModified)
            .WithProblems(Problems.ProductNotFound());

        admin.MapRead("/{id}/stock", ListStockLedger.Handle).WithName("ListStockLedger")
            .WithSummary("List every change of a product's stock")
            .WithDescription(
                "Newest first. The stock is the sum of all deltas; kinds are initial, sale, restore and adjustment. With `at` as it was at "
                + "that time, each entry with the `stock` after it: the first one's is the stock of then.")
            .WithProblems(Problems.ProductNotFound());

        admin.MapPost("", CreateProduct.Handle).WithName("CreateProduct")
            .WithSummary("Create a product")
            .WithDescription("It is on sale at once, unless `is_active` is false.")
            .Produces<ProductResponse>(StatusCodes.Status201Created);

        admin.MapPatch("/{id}", UpdateProduct.Handle).WithName("UpdateProduct")
            .WithSummary("Change a product, its price or its stock")
            .WithDescription(
                "Absent fields stay as they are; `description: null` clears it. A new stock is written as a difference, so that no "
                + "sale at the same moment is lost. Orders keep the price they were placed at.")
            .WithProblems(Problems.ProductNotFound(), Problems.PreconditionFailed());

        admin.MapDelete("/{id}", DeleteProduct.Handle).WithName("DeleteProduct")
            .WithSummary("Take a product off sale for good")
            .WithDescription("Orders keep what they need of it. Deleting it again changes nothing.")
            .WithProblems(Problems.ProductNotFound(), Problems.PreconditionFailed());

        routes.MapAuditLog("products");

        // The orders service calls it with the staff member's token; the handler checks the role itself, because /internal routes
        // carry no role policy.
        routes.MapRead("/internal/orders/{id}/timeline", GetOrderTimeline.Handle)
            .RequireAuthorization(Policies.SignedIn).ExcludeFromDescription();
    }
}
