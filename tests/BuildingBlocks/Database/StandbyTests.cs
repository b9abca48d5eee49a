using GoCart.AppHost.Local;
using GoCart.BuildingBlocks.Database;
using GoCart.Tests.Infrastructure;
using Npgsql;

namespace GoCart.Tests.BuildingBlocks.Database;

/// <summary>A database that has to wait for a standby which is not there.</summary>
public sealed class StandbyTests(LocalServers servers) : IAsyncLifetime
{
    private PostgresServer? _server;
    private NpgsqlDataSource? _db;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private NpgsqlDataSource Db => _db ?? throw new InvalidOperationException("The server has not been started.");

    public async ValueTask InitializeAsync()
    {
        _server = await servers.StartPostgresAsync($"lonely-{Guid.NewGuid():N}", isDurable: true);
        _db = NpgsqlDataSource.Create(_server.ConnectionString() + ";Command Timeout=1");
        await Db.ExecuteAsync("create table goods (id int)", null, Cancelled);
        await Db.ExecuteAsync("alter system set synchronous_standby_names = 'standby'", null, Cancelled);
        await Db.ExecuteAsync("select pg_reload_conf()", null, Cancelled);
        await Eventually.AssertAsync(() => Assert.ThrowsAsync<StandbyAwayException>(() => InsertAsync(1)));
    }

    public async ValueTask DisposeAsync()
    {
        if (_db is not null)
            await _db.DisposeAsync();
        if (_server is not null)
            await _server.StopAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task No_commit_counts_that_the_standby_has_not_confirmed()
    {
        await Assert.ThrowsAsync<StandbyAwayException>(() => InsertAsync(2));
        await Assert.ThrowsAsync<StandbyAwayException>(
            () => Db.QueryAsync<int>("insert into goods values (2) returning id", null, Cancelled));
        await Assert.ThrowsAsync<StandbyAwayException>(
            () => Db.QuerySingleOrDefaultAsync<int>("insert into goods values (2) returning id", null, Cancelled));
        await Assert.ThrowsAsync<StandbyAwayException>(() => Db.InTransactionAsync(
            tx => tx.ExecuteAsync("insert into goods values (2)", null, Cancelled), Cancelled));

        // They are there all the same, for everybody to read.
        Assert.Equal(4, await CountAsync(2));
    }

    [Fact]
    public async Task What_is_found_done_counts_when_the_standby_has_it()
    {
        const string Find = $"select id from goods where id = @id and {Standby.HasItSql}";
        Task AskAsync() => Db.FindOutAsync(() => CountAsync(1), DateTimeOffset.MinValue, TimeProvider.System);
        Task HandledBeforeAsync() => Db.InTransactionAsync(
            async tx =>
            {
                await tx.WaitForStandbyAtCommitAsync(Cancelled);
                return true;
            },
            Cancelled);

        Assert.Empty(await Db.QueryAsync<int>(Find, new { id = 77 }, Cancelled));
        await Assert.ThrowsAsync<StandbyAwayException>(() => Db.QueryAsync<int>(Find, new { id = 1 }, Cancelled));
        await Assert.ThrowsAsync<StandbyAwayException>(() => Db.WaitForStandbyAsync(Cancelled));
        await Assert.ThrowsAsync<StandbyAwayException>(AskAsync);
        await Assert.ThrowsAsync<StandbyAwayException>(HandledBeforeAsync);

        // Its operator does without it.
        await Db.ExecuteAsync("alter system reset synchronous_standby_names", null, Cancelled);
        await Db.ExecuteAsync("select pg_reload_conf()", null, Cancelled);
        await Eventually.AssertAsync(() => Db.WaitForStandbyAsync(Cancelled));
        Assert.NotEmpty(await Db.QueryAsync<int>(Find, new { id = 1 }, Cancelled));
        await AskAsync();
        await HandledBeforeAsync();
    }

    private Task<int> InsertAsync(int id) => Db.ExecuteAsync("insert into goods values (@id)", new { id }, Cancelled);

    private async Task<long> CountAsync(int id) =>
        (await Db.QueryAsync<long>("select count(*) from goods where id = @id", new { id }, Cancelled)).Single();
}
