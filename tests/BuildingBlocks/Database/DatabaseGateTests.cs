using System.Diagnostics;
using GoCart.BuildingBlocks.Database;
using GoCart.Tests.Infrastructure;
using Npgsql;

namespace GoCart.Tests.BuildingBlocks.Database;

/// <summary>A database behind a line that stops passing anything on.</summary>
[Collection(MeasuresTime.Name)]
public sealed class DatabaseGateTests(LocalServers servers)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Who_comes_while_the_database_says_nothing_does_not_wait_and_leaves_no_attempt_behind()
    {
        await using var databases = await servers.CreateDatabasesAsync(TestContext.Current.CancellationToken);
        var settings = new NpgsqlConnectionStringBuilder(databases.Orders.Service);
        await using var line = new TcpProxy(settings.Port);
        settings.Port = line.Port;
        settings.Timeout = (int)ConnectTimeout.TotalSeconds;
        await using var db = NpgsqlDataSource.Create(settings);
        var attempts = 0;
        line.Listen = () =>
        {
            Interlocked.Increment(ref attempts);
            return _ => { };
        };
        line.Freeze();
        await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(db));

        var started = Stopwatch.GetTimestamp();
        var failures = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Record.ExceptionAsync(() => AskAsync(db)).AsTask()));

        MeasuresTime.AssertWithin(ConnectTimeout / 2, started);
        Assert.All(failures, failure => Assert.IsType<TimeoutException>(Assert.IsType<NpgsqlException>(failure).InnerException));
        // The first one, and those of the gate, which takes three seconds for each.
        Assert.InRange(Volatile.Read(ref attempts), 1, 3);

        line.Resume();
        await Eventually.AssertAsync(async () => Assert.Null(await Record.ExceptionAsync(() => AskAsync(db))));
    }

    private static async Task<int> AskAsync(NpgsqlDataSource db) => Assert.Single(await db.QueryAsync<int>("select 1", null, default));
}
