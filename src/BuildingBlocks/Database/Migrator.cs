using Microsoft.Extensions.Logging;
using Npgsql;

namespace GoCart.BuildingBlocks.Database;

/// <summary>Brings a database to the newest schema: each file once, in its own transaction, by one process at a time.</summary>
/// <param name="db">With the role that owns the database.</param>
/// <param name="serviceRole">The role the service works with; the files grant it what it needs.</param>
public sealed partial class Migrator(NpgsqlDataSource db, string serviceRole, ILogger logger)
{
    // Any number, the same for all copies: who holds the lock migrates.
    private const long AdvisoryLock = 0x60CA27;

    /// <summary>
    /// How long a change of a table waits for those who read it. Whoever comes after it waits behind it, so this is what the
    /// store feels, once a pause: less than 1 % of the time.
    /// </summary>
    private const string LockTimeout = "25ms";

    private static readonly TimeSpan PauseForLock = TimeSpan.FromMilliseconds(100);

    // With the pause, a quarter of an hour.
    private const int MaxTries = 300;

    /// <summary>Between two tries to lock a table that somebody reads.</summary>
    internal TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(3);

    /// <returns>How many files were applied.</returns>
    /// <exception cref="InvalidOperationException">A file that was applied before has changed since, or is missing.</exception>
    public async Task<int> ApplyAsync(IReadOnlyList<MigrationSet> sets, CancellationToken cancellationToken)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        await LockAsync(connection, cancellationToken);
        await ExecuteAsync(connection, ForOurRole(CreateTable), cancellationToken);

        var count = 0;
        foreach (var set in sets)
        {
            var applied = await AppliedAsync(connection, set.Name, cancellationToken);
            RefuseChanges(set, applied);
            foreach (var migration in set.Migrations.Skip(applied.Count))
            {
                await ApplyAsync(connection, set, migration, cancellationToken);
                count++;
            }
        }

        await ExecuteAsync(connection, $"select pg_advisory_unlock({AdvisoryLock})", cancellationToken);
        return count;
    }

    /// <summary>
    /// Polls instead of waiting: <c>create index concurrently</c> waits for all running statements, so a process blocked on the lock
    /// would deadlock with the one building the index.
    /// </summary>
    private static async Task LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var tryLock = connection.CreateCommand();
        tryLock.CommandText = "select pg_try_advisory_lock($1)";
        tryLock.Parameters.Add(new NpgsqlParameter<long> { TypedValue = AdvisoryLock });
        while (await tryLock.ExecuteScalarAsync(cancellationToken) is false)
            await Task.Delay(PauseForLock, cancellationToken);
    }

    private async Task ApplyAsync(
        NpgsqlConnection connection, MigrationSet set, Migration migration, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await (migration.HasTransaction
                    ? TryApplyAsync(connection, set, migration, cancellationToken)
                    : ApplyStepsAsync(connection, set, migration, cancellationToken));
                LogApplied(set.Name, migration.Version, migration.Name);
                return;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable && tries < MaxTries)
            {
                LogInTheWay(set.Name, migration.Version, migration.Name, tries);
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    private async Task TryApplyAsync(
        NpgsqlConnection connection, MigrationSet set, Migration migration, CancellationToken cancellationToken)
    {
        await using var tx = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"set local lock_timeout = '{LockTimeout}'", cancellationToken);
        await ExecuteAsync(connection, ForOurRole(migration.Sql), cancellationToken);
        await RememberAsync(tx, set, migration, cancellationToken);
        await tx.CommitAsync(cancellationToken);
    }

    private async Task ApplyStepsAsync(
        NpgsqlConnection connection, MigrationSet set, Migration migration, CancellationToken cancellationToken)
    {
        foreach (var statement in migration.Statements)
            await ExecuteAsync(connection, ForOurRole(statement), cancellationToken);

        await using var tx = await connection.BeginTransactionAsync(cancellationToken);
        await RememberAsync(tx, set, migration, cancellationToken);
        await tx.CommitAsync(cancellationToken);
    }

    private string ForOurRole(string sql) => sql.Replace(":service_role", $"\"{serviceRole}\"", StringComparison.Ordinal);

    private static Task<int> RememberAsync(NpgsqlTransaction tx, MigrationSet set, Migration migration, CancellationToken cancellationToken) =>
        tx.ExecuteAsync(
            "insert into schema_migrations (set_name, version, name, checksum) values (@set, @Version, @Name, @Checksum)",
            new { set = set.Name, migration.Version, migration.Name, migration.Checksum }, cancellationToken);

    private static void RefuseChanges(MigrationSet set, List<AppliedMigration> applied)
    {
        foreach (var (old, index) in applied.Select((old, index) => (old, index)))
        {
            // A newer release may have run here before this one: its files are not ours to judge.
            if (index >= set.Migrations.Count)
                return;

            var file = set.Migrations[index];
            if (file.Version != old.Version || file.Checksum != old.Checksum)
                throw new InvalidOperationException(
                    $"Migration {old.Version:0000}_{old.Name} of {set.Name} was applied, but the file has changed since. "
                    + "Put the file back as it was, and write a new one for the change.");
        }
    }

    private static async Task<List<AppliedMigration>> AppliedAsync(
        NpgsqlConnection connection, string set, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "select version, name, checksum from schema_migrations where set_name = $1 order by version";
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = set });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);

        var applied = new List<AppliedMigration>();
        while (await reader.ReadAsync(cancellationToken))
            applied.Add(new(reader.GetInt32(0), reader.GetString(1), reader.GetString(2)));
        return applied;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text comes from our own files.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private const string CreateTable =
        """
        create table if not exists schema_migrations (
            set_name text not null,
            version int not null,
            name text not null,
            checksum text not null,
            applied_at timestamptz not null default now(),
            constraint schema_migrations_pkey primary key (set_name, version)
        );
        grant select on schema_migrations to :service_role;
        """;

    private sealed record AppliedMigration(int Version, string Name, string Checksum);

    [LoggerMessage(Level = LogLevel.Information, Message = "Applied migration {Version:0000} {Name} of {Set}")]
    private partial void LogApplied(string set, int version, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Migration {Version:0000} {Name} of {Set} waits for somebody who reads its table; try {Try}")]
    private partial void LogInTheWay(string set, int version, string name, int @try);
}
