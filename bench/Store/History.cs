using GoCart.Bench.Reports;

namespace GoCart.Bench.Store;

/// <summary>What years of trade leave behind: users, orders of three items each, and what products and carts keep of them.</summary>
internal static class History
{
    /// <summary>The tables that keep something of every order, in whichever database they are.</summary>
    private const string SizeSql =
        """
        select coalesce(sum(pg_total_relation_size(oid)), 0)::bigint from pg_class
        where relkind = 'r' and relname in ('orders', 'order_items', 'order_history', 'order_stock', 'stock_ledger', 'ordered_carts')
        """;

    /// <summary>Says how much disk an order takes.</summary>
    public static async Task WeighAsync(BenchStore store, StoreSize size, Action<string> note)
    {
        var parts = new List<(string Database, double Bytes)>();
        foreach (var database in (string[])["orders", "products", "carts"])
            parts.Add((database, await store.CountAsync(SizeSql, database) / (double)size.Orders));
        note($"an order of three items takes {Markdown.Number(parts.Sum(one => one.Bytes))} bytes on disk, with all indexes as they are when just made: "
            + string.Join(", ", parts.Select(one => $"{Markdown.Number(one.Bytes)} in {one.Database}")));
    }
}
