using System.ComponentModel;
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
        string id, [Description("The ledger as it was at that time, such as 2026-01-15T09:30:00Z.")] string? at, Page page,
        NpgsqlDataSource db, CancellationToken cancellationToken)
    {
        if (!RouteId.TryParse(id, out var productId))
            return Problems.ProductNotFound();
        // Without a time the ledger is that of the end of all times.
        if (!RequestTime.TryParse(at, DateTimeOffset.MaxValue, out var until))
            return Problem.InvalidParameter("at", "at must be a time with its zone, such as 2026-01-15T09:30:00Z.");

        var before = page.Position is null ? long.MaxValue : long.Parse(page.Position, CultureInfo.InvariantCulture);
        var rows = await db.QueryAsync<Row>(
            """
            select id, kind, delta, order_id, actor, at, reason from stock_ledger
            where product_id = @productId and id < @before and at <= @until
            order by id desc limit @limit
            """,
            new { productId, before, until, limit = page.Limit + 1 }, cancellationToken);

        // Every product has an initial entry: without any there is no product, or was none at that time.
        if (rows.Count == 0)
            return Problems.ProductNotFound();

        var entries = at is null
            ? rows.ConvertAll(row => row.ToEntry())
            : WithStock(rows, await SumAsync(db, productId, before, until, cancellationToken));
        return page.Of([.. rows.Zip(entries)], row => row.Second, row => row.First.Id.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>What all entries before this one, up to that time, sum to.</summary>
    private static Task<long> SumAsync(
        NpgsqlDataSource db, Guid productId, long before, DateTimeOffset until, CancellationToken cancellationToken) =>
        db.QuerySingleOrDefaultAsync<long>(
            """
            select coalesce(sum(delta), 0) from stock_ledger
            where product_id = @productId and id < @before and at <= @until
            """,
            new { productId, before, until }, cancellationToken);

    private static List<StockLedgerEntry> WithStock(IEnumerable<Row> rows, long stock)
    {
        var entries = new List<StockLedgerEntry>();
        foreach (var row in rows)
        {
            entries.Add(row.ToEntry() with { Stock = checked((int)stock) });
            stock -= row.Delta;
        }
        return entries;
    }

    private sealed record Row(long Id, string Kind, int Delta, Guid? OrderId, Guid? Actor, DateTimeOffset At, string? Reason)
    {
        public StockLedgerEntry ToEntry() => new(Kind, Delta, OrderId, Actor, At, Reason);
    }
}
