using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Products;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GoCart.Products.Catalog;

/// <summary>GET /api/products/{id} and GET /admin/products/{id}: one product, or 304 for a client that knows it as it is.</summary>
internal static class GetProduct
{
    public static async Task<Results<Ok<ProductResponse>, StatusCodeHttpResult, ProblemHttpResult>> Handle(
        string id, HttpContext context, NpgsqlDataSource db, IOptions<StoreOptions> store, CancellationToken cancellationToken)
    {
        var product = await FindAsync(id, Visibility.OnSale, db, cancellationToken);
        if (product is not null)
            PublicReads.LetBeStored(context.Response);
        return Answer(product, context, store.Value.Currency);
    }

    public static async Task<Results<Ok<ProductResponse>, StatusCodeHttpResult, ProblemHttpResult>> HandleAdmin(
        string id, HttpContext context, NpgsqlDataSource db, IOptions<StoreOptions> store, CancellationToken cancellationToken)
    {
        var product = await FindAsync(id, new Visibility(Inactive: true, Deleted: true), db, cancellationToken);
        return Answer(product, context, store.Value.Currency);
    }

    private static async Task<Product?> FindAsync(
        string id, Visibility visibility, NpgsqlDataSource db, CancellationToken cancellationToken) =>
        RouteId.TryParse(id, out var productId)
            ? await db.QuerySingleOrDefaultAsync<Product>(
                $"select {Product.Columns} from products where id = @productId and {visibility.Condition}",
                new { productId }, cancellationToken)
            : null;

    private static Results<Ok<ProductResponse>, StatusCodeHttpResult, ProblemHttpResult> Answer(
        Product? product, HttpContext context, string currency)
    {
        if (product is null)
            return Problems.ProductNotFound();

        context.Response.Headers.ETag = product.ETag;
        return ETags.IsNotModified(context.Request, product.ETag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(product.ToResponse(currency));
    }
}
