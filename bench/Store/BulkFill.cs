using Npgsql;

namespace GoCart.Bench.Store;

/// <summary>Fills the tables of a database without their indexes, and makes these afterwards: millions of rows in a fraction of the time.</summary>
internal static class BulkFill
{
    // Those that foreign keys lean on stay: their rows come in ascending order.
    private const string IndexesSql =
        """
        select
          case when own.oid is null then format('drop index %s', made.indexrelid::regclass)
            else format('alter table %s drop constraint %I', made.indrelid::regclass, own.conname) end,
          case when own.oid is null then pg_get_indexdef(made.indexrelid)
            else format('alter table %s add constraint %I %s', made.indrelid::regclass, own.conname, pg_get_constraintdef(own.oid)) end
        from pg_index made
        join pg_class indexed on indexed.oid = made.indrelid and indexed.relnamespace = 'public'::regnamespace
        left join pg_constraint own on own.conindid = made.indexrelid and own.contype in ('p', 'u')
        where not exists (select from pg_constraint leaning where leaning.conindid = made.indexrelid and leaning.contype = 'f')
        """;

    /// <param name="fills">Statements; the triggers do not see their rows, which are as they would let them pass.</param>
    public static async Task RunAsync(BenchStore store, string database, IEnumerable<string> fills)
    {
        await using var connection = new NpgsqlConnection(store.ConnectionString(database) + ";Pooling=false;CommandTimeout=3600");
        await connection.OpenAsync();
        var indexes = await ReadIndexesAsync(connection);
        await ExecuteAsync(connection, "set session_replication_role = replica");
        await ExecuteAsync(connection, "set maintenance_work_mem = '1GB'");
        foreach (var statement in indexes.Select(index => index.Drop).Concat(fills).Concat(indexes.Select(index => index.Create)))
            await ExecuteAsync(connection, statement);
        await ExecuteAsync(connection, "vacuum analyze");
    }

    private static async Task<List<(string Drop, string Create)>> ReadIndexesAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(IndexesSql, connection);
        await using var rows = await command.ExecuteReaderAsync();
        var indexes = new List<(string, string)>();
        while (await rows.ReadAsync())
            indexes.Add((rows.GetString(0), rows.GetString(1)));
        return indexes;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
