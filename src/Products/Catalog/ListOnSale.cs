using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using GoCart.Contracts.Products;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GoCart.Products.Catalog;

/// <summary>GET /internal/products: those of the products that are on sale, as carts and orders need them.</summary>
internal static class ListOnSale
{
    public static async Task<Results<Ok<List<ProductOnSale>>, ProblemHttpResult>> Handle(
        string ids, NpgsqlDataSource db, IOptions<StoreOptions> store, CancellationToken cancellationToken)
    {
        if (!ProductIds.TryParse(ids, out var productIds))
            return Problems.InvalidIds();

        // One statement: all prices are of the same moment, which an order relies on.
        return TypedResults.Ok(await db.QueryAsync<ProductOnSale>(
            $"""
            select id, name, price_cents, @Currency as currency, stock from products
            where {Visibility.OnSale.Condition} and id = any(@productIds)
            """,
            new { productIds, store.Value.Currency }, cancellationToken));
    }
}
