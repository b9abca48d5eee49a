using GoCart.Bench.Reports;

namespace GoCart.Bench.Store;

/// <summary>What years of trade leave behind: users, orders of three items each, and what products and carts keep of them.</summary>
internal static class History
{
    private static readonly string[] Databases = ["users", "orders", "products", "carts"];

    /// <summary>How much disk an order takes, in all databases that keep something of it.</summary>
    public static async Task FillAsync(BenchStore store, StoreSize size, Action<string> note)
    {
        var before = new Dictionary<string, long>();
        foreach (var database in Databases)
        {
            before[database] = await store.SizeAsync(database);
            await store.ExecuteAsync(database, Sql.Read($"history-of-{database}.sql")
                .Replace("@users", $"{size.Users}", StringComparison.Ordinal)
                .Replace("@orders", $"{size.Orders}", StringComparison.Ordinal)
                .Replace("@products", $"{size.Products}", StringComparison.Ordinal));
            await store.ExecuteAsync(database, "vacuum analyze");
        }
        var grown = new List<(string Database, double Bytes)>();
        foreach (var database in Databases.Where(database => database != "users"))
            grown.Add((database, (await store.SizeAsync(database) - before[database]) / (double)size.Orders));
        note($"an order of three items takes {Markdown.Number(grown.Sum(one => one.Bytes))} bytes on disk, with all indexes: "
            + string.Join(", ", grown.Select(one => $"{Markdown.Number(one.Bytes)} in {one.Database}")));
    }
}
