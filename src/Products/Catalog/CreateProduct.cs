using System.ComponentModel.DataAnnotations;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using GoCart.BuildingBlocks.Http;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GoCart.Products.Catalog;

/// <param name="Name">1 to 200 characters on one line.</param>
/// <param name="Description">Up to 10,000 characters.</param>
/// <param name="PriceCents">Price of one unit, in cents of the store's currency: 1999 is 19.99.</param>
/// <param name="Stock">Units to begin with; the first entry of the product's stock ledger.</param>
/// <param name="IsActive">False keeps it off sale for the moment.</param>
public sealed record CreateProductRequest(
    [ProductName] string Name,
    [Range(ProductLimits.MinPriceCents, ProductLimits.MaxPriceCents)] long PriceCents,
    [Range(0, ProductLimits.MaxStock)] int Stock,
    [ProductDescription] string? Description = null,
    bool IsActive = true) : IRequestBody<CreateProductRequest>;

/// <summary>POST /admin/products: a new product; with an Idempotency-Key the same request never makes two.</summary>
internal static class CreateProduct
{
    public static async Task<IResult> Handle(
        CreateProductRequest request, IdempotencyKey? key, CurrentUser admin, HttpContext context,
        NpgsqlDataSource db, TimeProvider clock, IOptions<StoreOptions> store, CancellationToken cancellationToken)
    {
        var now = clock.GetMicrosecondNow();
        var product = new Product(
            Guid.CreateVersion7(now), request.Name, request.Description, request.PriceCents, request.Stock, request.IsActive,
            Version: 1, CreatedAt: now, UpdatedAt: now, DeletedAt: null);
        var response = product.ToResponse(store.Value.Currency);
        var location = $"/api/products/{product.Id}";

        if (key is null)
        {
            await db.ExecuteAsync(InsertSql, Parameters(product, admin), cancellationToken);
        }
        else
        {
            var fingerprint = IdempotencyKey.FingerprintOf(context.Request, request);
            var answer = IdempotentAnswer.Created(fingerprint, location, product.ETag, response);
            var earlier = await IdempotentAnswer.FindReplayAsync(db, admin.Id, key, fingerprint, cancellationToken)
                ?? await IdempotentAnswer.StoreOnceAsync(
                    db, admin.Id, key, fingerprint,
                    () => TryInsertAsync(product, answer, key, admin, db, cancellationToken), cancellationToken);
            if (earlier is not null)
                return earlier;
        }

        context.Response.Headers.ETag = product.ETag;
        return TypedResults.Created(location, response);
    }

    /// <returns>False when a rival with the same key has been quicker; then nothing was stored.</returns>
    private static Task<bool> TryInsertAsync(
        Product product, IdempotentAnswer answer, IdempotencyKey key, CurrentUser admin,
        NpgsqlDataSource db, CancellationToken cancellationToken) =>
        db.InTransactionAsync(async tx =>
            await answer.TryInsertAsync(tx, admin.Id, key, cancellationToken)
            && await tx.ExecuteAsync(InsertSql, Parameters(product, admin), cancellationToken) > 0,
            cancellationToken);

    private static object Parameters(Product product, CurrentUser admin) => new
    {
        product.Id,
        product.Name,
        product.Description,
        product.PriceCents,
        product.Stock,
        product.IsActive,
        product.CreatedAt,
        Actor = admin.Id,
    };

    private const string InsertSql =
        """
        with product as (
            insert into products (id, name, description, price_cents, stock, is_active, created_at, updated_at)
            values (@Id, @Name, @Description, @PriceCents, @Stock, @IsActive, @CreatedAt, @CreatedAt)
        )
        insert into stock_ledger (product_id, kind, delta, actor, at)
        values (@Id, 'initial', @Stock, @Actor, @CreatedAt)
        """;
}
