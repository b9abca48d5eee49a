using System.Diagnostics;
using GoCart.BuildingBlocks.Database;
using GoCart.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
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

    [Fact]
    public async Task A_migration_waiting_for_a_five_second_reader_keeps_others_p99_below_three_times_the_usual()
    {
        await using var databases = await servers.CreateDatabasesAsync();
        await using var db = NpgsqlDataSource.Create(databases.Orders.Owner + ";Pooling=false");
        var migrator = new Migrator(db, "orders", NullLogger.Instance);
        await migrator.ApplyAsync([First], CancellationToken.None);
        await using var others = await db.OpenConnectionAsync();
        using var undisturbed = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        var before = Percentile99(await MeasureAsync(others, undisturbed.Token));

        // As a report does that takes five seconds.
        await using var reader = await db.OpenConnectionAsync();
        await using var report = new NpgsqlCommand("select pg_sleep(5), count(*) from goods", reader);
        var reading = report.ExecuteNonQueryAsync();
        using var migrated = new CancellationTokenSource();
        var migrating = MigrateAsync();
        var during = Percentile99(await MeasureAsync(others, migrated.Token));

        Assert.Equal(1, await migrating);
        Assert.True(reading.IsCompleted);
        // A machine that has other things to do is measured below that, and not the migration.
        var floor = TimeSpan.FromMilliseconds(5);
        Assert.InRange(during, TimeSpan.Zero, before * 3 > floor ? before * 3 : floor);

        async Task<int> MigrateAsync()
        {
            var count = await migrator.ApplyAsync([Second], CancellationToken.None);
            await migrated.CancelAsync();
            return count;
        }
    }

    /// <summary>How long each of those took who came one after the other until then.</summary>
    private static async Task<List<TimeSpan>> MeasureAsync(NpgsqlConnection connection, CancellationToken until)
    {
        var times = new List<TimeSpan>();
        while (!until.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            await CountAsync(connection);
            times.Add(Stopwatch.GetElapsedTime(started));
        }
        return times;
    }

    private static TimeSpan Percentile99(List<TimeSpan> times) => times.Order().ElementAt(times.Count * 99 / 100);

    private static async Task CountAsync(NpgsqlConnection connection)
    {
        await using var count = new NpgsqlCommand("select count(*) from goods", connection);
        await count.ExecuteScalarAsync();
    }
}
