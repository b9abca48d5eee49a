using Npgsql;

namespace GoCart.BuildingBlocks.Database;

/// <summary>The sets that the service's database needs, as its <c>Program.cs</c> lists them.</summary>
internal sealed class RequiredMigrations
{
    public IReadOnlyList<MigrationSet> Sets { get; set; } = [];

    /// <returns>What has not run yet, as a sentence; null if everything has. A newer release may have run more.</returns>
    /// <exception cref="NpgsqlException">The database does not answer, or does not say.</exception>
    public async Task<string?> FindMissingAsync(NpgsqlDataSource db, CancellationToken cancellationToken)
    {
        try
        {
            var newest = (await db.QueryAsync<Newest>(
                "select set_name, max(version) as version from schema_migrations group by set_name", null, cancellationToken))
                .ToDictionary(row => row.SetName, row => row.Version);
            return Sets.FirstOrDefault(set => newest.GetValueOrDefault(set.Name) < set.Migrations.Count) is { } set
                ? $"Migration {newest.GetValueOrDefault(set.Name) + 1:0000} of {set.Name} has not run yet."
                : null;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return "The migrations have not run yet.";
        }
    }

    private sealed record Newest(string SetName, int Version);
}
