using Npgsql;

namespace GoCart.Tests.Infrastructure;

/// <summary>Holds up every transaction that writes to a table at its very commit, until disposed.</summary>
public sealed class HeldCommits : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly NpgsqlConnection _holder;

    private HeldCommits(TestDatabase database, NpgsqlConnection holder) => (_database, _holder) = (database, holder);

    public static async Task<HeldCommits> OfAsync(TestDatabase database, string table)
    {
        var holder = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.Superuser) { Pooling = false }.ConnectionString);
        await holder.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"""
            create or replace function wait_at_commit() returns trigger language plpgsql as $$
            begin
              perform pg_advisory_xact_lock_shared(4711);
              return null;
            end $$;
            drop trigger if exists wait_at_commit on {table};
            create constraint trigger wait_at_commit after insert or update on {table}
              deferrable initially deferred for each row execute function wait_at_commit();
            select pg_advisory_lock(4711);
            """, holder);
        await command.ExecuteNonQueryAsync();
        return new(database, holder);
    }

    /// <summary>Waits until a commit hangs.</summary>
    public Task WaitForOneAsync() => Eventually.AssertAsync(async () => Assert.Equal(
        1, await StoreFixture.ScalarAsync<long>(_database, $"select count(*) {Waiting}")));

    /// <summary>Ends the connection whose commit hangs: the transaction is rolled back, and its client knows nothing.</summary>
    public Task BreakAsync() => StoreFixture.ScalarAsync<bool>(_database, $"select pg_terminate_backend(pid) {Waiting}");

    public ValueTask DisposeAsync() => _holder.DisposeAsync();

    private const string Waiting =
        """
        from pg_locks
        where locktype = 'advisory' and not granted
            and database = (select oid from pg_database where datname = current_database())
        """;
}
