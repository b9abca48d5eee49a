using Dapper;
using GoCart.AppHost.Local;
using GoCart.Faults.Store;

namespace GoCart.Faults.Checks;

/// <summary>What a table and its indexes take of the disk.</summary>
internal sealed record TableFootprint(long Bytes, long Rows)
{
    /// <summary>What a rush of updates needs until the next vacuum is used again, but not given back.</summary>
    private const long Negligible = 2 * 1024 * 1024;

    /// <summary>
    /// Of every table of the store, by database and name. What has been deleted and overwritten is cleared away first, as
    /// autovacuum would do within the next minutes: what is left is what the table keeps.
    /// </summary>
    public static async Task<IReadOnlyDictionary<string, TableFootprint>> OfAllAsync(FaultStore store, CancellationToken cancellationToken)
    {
        var all = new Dictionary<string, TableFootprint>();
        foreach (var database in StoreDatabases.Names)
        {
            await using var connection = await store.ConnectAsync(database, cancellationToken);
            await connection.ExecuteAsync("vacuum analyze");
            var tables = await connection.QueryAsync<Table>(
                """
                select relname as name, pg_total_relation_size(oid) as bytes, greatest(reltuples, 0)::bigint as rows
                from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
                """);
            foreach (var table in tables)
                all[$"{database}.{table.Name}"] = new(table.Bytes, table.Rows);
        }

        return all;
    }

    /// <summary>Whether it takes more than its rows account for: they may be many more, and each may take a fifth more.</summary>
    public bool HasOutgrown(TableFootprint before) =>
        Bytes > before.Bytes * Math.Max(1, Rows / (double)Math.Max(before.Rows, 1)) * Footprint.MostGrowth + Negligible;

    public override string ToString() => $"{Bytes / 1024} kB for {Rows} rows";

    private sealed record Table(string Name, long Bytes, long Rows);
}
