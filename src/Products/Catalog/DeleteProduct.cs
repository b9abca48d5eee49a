using GoCart.BuildingBlocks.Audit;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace GoCart.Products.Catalog;

/// <summary>DELETE /admin/products/{id}: off sale for good. The row stays: orders may still give stock back to it.</summary>
internal static class DeleteProduct
{
    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        string id, CurrentUser user, HttpContext context, NpgsqlDataSource db, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!RouteId.TryParse(id, out var productId))
            return Problems.ProductNotFound();

        return await db.InTransactionAsync<Results<NoContent, ProblemHttpResult>>(async tx =>
        {
            var current = await tx.QuerySingleOrDefaultAsync<Current>(
                "select version, deleted_at is not null as is_deleted from products where id = @productId for no key update",
                new { productId }, cancellationToken);
            if (current is null)
                return Problems.ProductNotFound();
            // What was asked for is the case already, whatever version was meant.
            if (current.IsDeleted)
                return TypedResults.NoContent();
            if (!ETags.AllowsChange(context.Request, current.Version))
                return Problems.PreconditionFailed();

            var now = clock.GetMicrosecondNow();
            await tx.ExecuteAsync(
                "update products set deleted_at = @now, updated_at = @now, version = version + 1 where id = @productId",
                new { productId, now }, cancellationToken);
            await tx.AppendAsync(ProductAudit.Deleted(context, user, productId, now), cancellationToken);
            return TypedResults.NoContent();
        }, cancellationToken);
    }

    private sealed record Current(long Version, bool IsDeleted);
}
