using System.Diagnostics;
using GoCart.BuildingBlocks.Database;
using GoCart.Tests.Infrastructure;
using Npgsql;

namespace GoCart.Tests.BuildingBlocks.Database;

/// <summary>A migration while somebody reads its table for long: a report, a dump, a forgotten transaction.</summary>
[Collection(MeasuresTime.Name)]
public sealed class LockedTableTests(LocalServers servers)
{
    private static readonly MigrationSet First = new("shop", [new(1, "goods", "create table goods (id int primary key)")]);

    private static readonly MigrationSet Second =
        First with { Migrations = [.. First.Migrations, new(2, "names", "alter table goods add column name text")] };

    [Fact]
    public async Task A_reader_in_the_way_delays_the_migration_and_nobody_else()
    {
        await using var databases = await servers.CreateDatabasesAsync();
        await using var db = NpgsqlDataSource.Create(databases.Orders.Owner + ";Pooling=false");
        using var log = new LogCollector();
        var migrator = new Migrator(db, "orders", log.CreateLogger("migrator")) { Pause = TimeSpan.FromMilliseconds(250) };
        await migrator.ApplyAsync([First], CancellationToken.None);
        await using var reader = await db.OpenConnectionAsync();
        var reading = await reader.BeginTransactionAsync();
        await CountAsync(reader);

        var migrating = migrator.ApplyAsync([Second], CancellationToken.None);
        await using var others = await db.OpenConnectionAsync();
        var slowest = TimeSpan.Zero;
        await Eventually.AssertAsync(async () =>
        {
            var started = Stopwatch.GetTimestamp();
            await CountAsync(others);
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, Stopwatch.GetElapsedTime(started).Ticks));
            Assert.Contains("try 5", log.Text, StringComparison.Ordinal);
        });
        Assert.False(migrating.IsCompleted);
        await reading.CommitAsync();

        Assert.Equal(1, await migrating);
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromMilliseconds(500));
    }

    private static async Task CountAsync(NpgsqlConnection connection)
    {
        await using var count = new NpgsqlCommand("select count(*) from goods", connection);
        await count.ExecuteScalarAsync();
    }
}
