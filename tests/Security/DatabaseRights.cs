using Npgsql;

namespace GoCart.Tests.Security;

/// <summary>What a role may do in a database, as information_schema and the catalogue say.</summary>
internal static class DatabaseRights
{
    private static readonly string[] Kinds = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"];

    /// <summary>By table, as docs/security.md writes it: <c>select, insert, update (status, version)</c>.</summary>
    public static async Task<SortedDictionary<string, string>> OfAsync(NpgsqlConnection superuser, string role)
    {
        var tables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (table, grants) in (await GrantsAsync(superuser, role)).GroupBy(grant => grant.Table).Select(group => (group.Key, group)))
        {
            tables[table] = string.Join(", ", Kinds.Select(kind => Describe(kind, [.. grants.Where(grant => grant.Kind == kind)]))
                .Where(text => text.Length > 0));
        }

        return tables;
    }

    private static string Describe(string kind, IReadOnlyCollection<Grant> grants)
    {
        if (grants.Count == 0)
            return "";
        // A right to the whole table is listed for each of its columns too.
        return grants.Any(grant => grant.Column is null)
            ? kind.ToLowerInvariant()
            : $"{kind.ToLowerInvariant()} ({string.Join(", ", grants.Select(grant => grant.Column))})";
    }

    private static async Task<List<Grant>> GrantsAsync(NpgsqlConnection superuser, string role)
    {
        await using var command = new NpgsqlCommand(
            """
            select tables.table_name, privilege_type, null, 0
            from information_schema.tables
            join information_schema.table_privileges using (table_schema, table_name)
            where table_schema = 'public' and grantee in ($1, 'PUBLIC')
            union all
            select columns.table_name, privilege_type, columns.column_name, ordinal_position
            from information_schema.columns
            join information_schema.column_privileges using (table_schema, table_name, column_name)
            where table_schema = 'public' and grantee in ($1, 'PUBLIC')
            order by 1, 2, 4
            """,
            superuser)
        {
            Parameters = { new() { Value = role } },
        };
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var grants = new List<Grant>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            grants.Add(new(reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2)));
        return grants;
    }

    private sealed record Grant(string Table, string Kind, string? Column);
}
