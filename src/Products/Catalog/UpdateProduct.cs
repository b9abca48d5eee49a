using System.ComponentModel.DataAnnotations;
using GoCart.BuildingBlocks.Audit;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Products;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GoCart.Products.Catalog;

/// <summary>What is absent stays as it is.</summary>
public sealed record UpdateProductRequest : IRequestBody<UpdateProductRequest>
{
    /// <summary>1 to 200 characters on one line.</summary>
    [ProductName]
    public Optional<string> Name { get; init; }

    /// <summary>Up to 10,000 characters; null clears it.</summary>
    [ProductDescription]
    public Optional<string> Description { get; init; }

    /// <summary>Price of one unit, in cents of the store's currency: 1999 is 19.99.</summary>
    [Range(ProductLimits.MinPriceCents, ProductLimits.MaxPriceCents)]
    public Optional<long> PriceCents { get; init; }

    /// <summary>Units in stock now; the difference becomes an adjustment in the stock ledger.</summary>
    [Range(0, ProductLimits.MaxStock)]
    public Optional<int> Stock { get; init; }

    /// <summary>False takes it off sale for the moment.</summary>
    public Optional<bool> IsActive { get; init; }
}

/// <summary>PATCH /admin/products/{id}: changes a product.</summary>
internal static class UpdateProduct
{
    public static async Task<Results<Ok<ProductResponse>, ProblemHttpResult>> Handle(
        string id, UpdateProductRequest request, CurrentUser admin, HttpContext context,
        NpgsqlDataSource db, TimeProvider clock, IOptions<StoreOptions> store, CancellationToken cancellationToken)
    {
        if (!RouteId.TryParse(id, out var productId))
            return Problems.ProductNotFound();

        return await db.InTransactionAsync<Results<Ok<ProductResponse>, ProblemHttpResult>>(async tx =>
        {
            // Sales wait for the lock: the difference to the requested stock is that of this moment, and none is lost.
            var current = await tx.QuerySingleOrDefaultAsync<Product>(
                $"select {Product.Columns} from products where id = @productId and deleted_at is null for no key update",
                new { productId }, cancellationToken);
            if (current is null)
                return Problems.ProductNotFound();
            if (!ETags.AllowsChange(context.Request, current.Version))
                return Problems.PreconditionFailed();

            var changed = Apply(request, current);
            if (changed != current)
            {
                changed = changed with { Version = current.Version + 1, UpdatedAt = clock.GetMicrosecondNow() };
                await SaveAsync(changed, current, admin, tx, cancellationToken);
                await tx.AppendAsync(
                    ProductAudit.Changed(context, admin, current, changed), cancellationToken);
            }

            context.Response.Headers.ETag = changed.ETag;
            return TypedResults.Ok(changed.ToResponse(store.Value.Currency));
        }, cancellationToken);
    }

    internal static Product Apply(UpdateProductRequest request, Product product) => product with
    {
        Name = request.Name.OrElse(product.Name) ?? product.Name,
        Description = request.Description.OrElse(product.Description),
        PriceCents = request.PriceCents.OrElse(product.PriceCents),
        Stock = request.Stock.OrElse(product.Stock),
        IsActive = request.IsActive.OrElse(product.IsActive),
    };

    private static async Task SaveAsync(
        Product product, Product before, CurrentUser admin, NpgsqlTransaction tx, CancellationToken cancellationToken)
    {
        // Named without need, the texts would be taken apart into words again, up to 10,000 characters for a new price.
        var texts = (product.Name, product.Description) == (before.Name, before.Description)
            ? ""
            : "name = @Name, description = @Description,";
        await tx.ExecuteAsync(
            $"""
            update products
            set {texts} price_cents = @PriceCents, stock = @Stock,
                is_active = @IsActive, version = @Version, updated_at = @UpdatedAt
            where id = @Id
            """,
            product, cancellationToken);

        var stockDelta = product.Stock - before.Stock;
        if (stockDelta != 0)
        {
            await tx.ExecuteAsync(
                """
                insert into stock_ledger (product_id, kind, delta, actor, at)
                values (@Id, 'adjustment', @stockDelta, @actor, @UpdatedAt)
                """,
                new { product.Id, stockDelta, actor = admin.Id, product.UpdatedAt }, cancellationToken);
        }
    }
}
