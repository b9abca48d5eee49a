using System.ComponentModel.DataAnnotations;
using Dapper;
using GoCart.BuildingBlocks.Audit;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Users;
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
    private static readonly TimeSpan FindOutLimit = TimeSpan.FromSeconds(3);

    public static async Task<IResult> Handle(
        CreateProductRequest request, IdempotencyKey? key, CurrentUser admin, HttpContext context,
        NpgsqlDataSource db, TimeProvider clock, IOptions<StoreOptions> store, CancellationToken cancellationToken)
    {
        var now = clock.GetMicrosecondNow();
        var product = new Product(
            Guid.CreateVersion7(now), request.Name, request.Description, request.PriceCents, request.Stock, request.IsActive,
            Version: 1, CreatedAt: now, UpdatedAt: now, DeletedAt: null);
        var response = product.ToResponse(store.Value.Currency);
        // Customers do not find one that is not on sale.
        var location = $"{(product.IsActive ? "/api/products" : "/admin/products")}/{product.Id}";

        var audit = ProductAudit.Created(context, admin, product);
        if (key is null)
        {
            await StoreAsync(product, answer: null, key, audit, db, clock, cancellationToken);
        }
        else
        {
            var fingerprint = IdempotencyKey.FingerprintOf(context.Request, request);
            var answer = IdempotentAnswer.Created(fingerprint, location, product.ETag, response);
            var earlier = await IdempotentAnswer.FindReplayAsync(db, admin.Id, key, fingerprint, cancellationToken)
                ?? await IdempotentAnswer.StoreOnceAsync(
                    db, admin.Id, key, fingerprint,
                    () => StoreAsync(product, answer, key, audit, db, clock, cancellationToken), cancellationToken);
            if (earlier is not null)
                return earlier;
        }

        context.Response.Headers.ETag = product.ETag;
        return TypedResults.Created(location, response);
    }

    /// <returns>False when a rival with the same key has been quicker; then nothing was stored.</returns>
    private static async Task<bool> StoreAsync(
        Product product, IdempotentAnswer? answer, IdempotencyKey? key, AuditEntry audit,
        NpgsqlDataSource db, TimeProvider clock, CancellationToken cancellationToken)
    {
        // As long as there is no connection, nothing is in doubt.
        await using var connection = await db.ConnectAsync(cancellationToken);
        try
        {
            return await TryInsertAsync(connection, product, answer, key, audit);
        }
        catch (NpgsqlException e) when (e.IsOutcomeUnknown())
        {
            // Whoever got an error repeats the request, and would have made a second product.
            return await db.FindOutAsync(
                async () =>
                {
                    await using var again = await db.ConnectAsync(CancellationToken.None);
                    return await TryInsertAsync(again, product, answer, key, audit);
                },
                clock.GetUtcNow() + FindOutLimit, clock);
        }
    }

    /// <summary>One statement, and so one transaction. It is not cancelled half-way: then its outcome would be unknown.</summary>
    private static async Task<bool> TryInsertAsync(
        NpgsqlConnection connection, Product product, IdempotentAnswer? answer, IdempotencyKey? key, AuditEntry audit)
    {
        try
        {
            var count = await connection.ExecuteAsync(
                key is null ? InsertSql : InsertWithKeySql,
                new
                {
                    product.Id,
                    product.Name,
                    product.Description,
                    product.PriceCents,
                    product.Stock,
                    product.IsActive,
                    product.CreatedAt,
                    UserId = audit.ActorId,
                    Audit = audit.ToJson(),
                    Key = key?.Value,
                    answer?.Fingerprint,
                    answer?.Status,
                    answer?.Location,
                    answer?.Etag,
                    answer?.Body,
                });
            connection.ThrowIfUnconfirmed();
            return count > 0;
        }
        catch (PostgresException e) when (e.ConstraintName == "products_pkey")
        {
            // By an earlier attempt, whose answer was lost.
            return true;
        }
    }

    private const string InsertSql = $"with kept as (select 1), {ProductSql}";

    // The key comes first, and everything hangs on it: of two requests with one key, one waits there for the other's end.
    private const string InsertWithKeySql = $"with kept as ({IdempotentAnswer.InsertSql} returning user_id), {ProductSql}";

    private const string ProductSql =
        $"""
        product as (
            insert into products (id, name, description, price_cents, stock, is_active, created_at, updated_at)
            select @Id, @Name, @Description, @PriceCents, @Stock, @IsActive, @CreatedAt, @CreatedAt from kept
            returning id),
        audit as (
            {AuditLog.InsertSql} where exists (select from product))
        insert into stock_ledger (product_id, kind, delta, actor, at)
        select id, 'initial', @Stock, @UserId, @CreatedAt from product
        """;
}
