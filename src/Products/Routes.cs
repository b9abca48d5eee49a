using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;
using GoCart.Products.Catalog;
using GoCart.Products.Stock;

namespace GoCart.Products;

/// <summary>Every route of the service.</summary>
internal static class Routes
{
    public static void MapProductRoutes(this IEndpointRouteBuilder routes)
    {
        var catalog = routes.MapGroup("/api/products").WithTags("Products")
            .AllowAnonymous()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        catalog.MapRead("", ListProducts.Handle).WithName("ListProducts")
            .WithSummary("Lists or searches the products on sale");

        catalog.MapRead("/{id}", GetProduct.Handle).WithName("GetProduct")
            .WithSummary("Shows a product on sale")
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status404NotFound);

        var admin = routes.MapGroup("/admin/products").WithTags("Products, for administrators")
            .RequireAuthorization(Policies.Admin)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        admin.MapRead("", ListProducts.HandleAdmin).WithName("ListAllProducts")
            .WithSummary("Lists or searches products, also inactive and deleted ones");

        admin.MapRead("/{id}", GetProduct.HandleAdmin).WithName("GetAnyProduct")
            .WithSummary("Shows a product, also an inactive or deleted one")
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status404NotFound);

        admin.MapRead("/{id}/stock", ListStockLedger.Handle).WithName("ListStockLedger")
            .WithSummary("Lists every change of a product's stock")
            .ProducesProblem(StatusCodes.Status404NotFound);

        admin.MapPost("", CreateProduct.Handle).WithName("CreateProduct")
            .WithSummary("Creates a product")
            .Produces<Contracts.Products.ProductResponse>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

        admin.MapPatch("/{id}", UpdateProduct.Handle).WithName("UpdateProduct")
            .WithSummary("Changes a product, its price or its stock")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);

        admin.MapDelete("/{id}", DeleteProduct.Handle).WithName("DeleteProduct")
            .WithSummary("Takes a product off sale for good")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
    }
}
