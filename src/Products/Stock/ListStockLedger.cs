using System.Globalization;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Products;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace GoCart.Products.Stock;

/// <summary>GET /admin/products/{id}/stock: every change of the stock, newest first; also of a deleted product.</summary>
internal static class ListStockLedger
{
    public static async Task<Results<PageResult<StockLedgerEntry>, ProblemHttpResult>> Handle(
        string id, Page page, NpgsqlDataSource db, CancellationToken cancellationToken)
    {
        if (!RouteId.TryParse(id, out var productId))
            return Problems.ProductNotFound();

        var before = page.Position is null ? long.MaxValue : long.Parse(page.Position, CultureInfo.InvariantCulture);
        var rows = await db.QueryAsync<Row>(
            """
            select id, kind, delta, order_id, actor, at, reason from stock_ledger
            where product_id = @productId and id < @before
            order by id desc limit @limit
            """,
            new { productId, before, limit = page.Limit + 1 }, cancellationToken);

        // Every product has an initial entry: without any there is no product.
        if (rows.Count == 0)
            return Problems.ProductNotFound();

        return page.Of(rows, row => row.ToEntry(), row => row.Id.ToString(CultureInfo.InvariantCulture));
    }

    private sealed record Row(long Id, string Kind, int Delta, Guid? OrderId, Guid? Actor, DateTimeOffset At, string? Reason)
    {
        public StockLedgerEntry ToEntry() => new(Kind, Delta, OrderId, Actor, At, Reason);
    }
}
