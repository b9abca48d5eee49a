using GoCart.Tests.Infrastructure;
using GoCart.Tests.Operator;

namespace GoCart.Tests.Deploy;

/// <summary>A store whose databases have a synchronous standby; its services know both servers.</summary>
public sealed class ReplicatedStore(LocalServers servers) : OperatedStore(servers)
{
    private static int _stores;

    // Several classes may have such a store in one run.
    private readonly string _name = $"pair{Interlocked.Increment(ref _stores)}";
    private PostgresPair? _pair;

    private PostgresPair Pair => _pair ?? throw new InvalidOperationException("The store has not been started.");

    protected override async Task<TestDatabases> CreateDatabasesAsync()
    {
        var primary = await Servers.StartPostgresAsync($"{_name}-primary", isDurable: true);
        var databases = await Servers.CreateMigratedDatabasesAsync(primary);
        _pair = new PostgresPair(
            primary, await Servers.CreatePostgresAsync($"{_name}-standby", isDurable: true),
            new PostgresScripts(Path.Combine(Servers.Folder, $"{_name}-scripts"), Servers.Logs));
        await _pair.FollowAsync(CancellationToken.None);

        return databases with
        {
            Users = OnBoth(databases.Users),
            Products = OnBoth(databases.Products),
            Carts = OnBoth(databases.Carts),
            Orders = OnBoth(databases.Orders),
        };
    }

    /// <summary>The primary dies with its machine; whoever watches over it makes the standby the new primary.</summary>
    public async Task FailOverAsync()
    {
        await Pair.KillPrimaryAsync(CancellationToken.None);
        await Pair.PromoteAsync();
    }

    public Task StopStandbyAsync() => Pair.StopStandbyAsync();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_pair is not null)
            await _pair.StopAsync();
    }

    private TestDatabase OnBoth(TestDatabase database) => new(
        Pair.OnBoth(database.Service), Pair.OnBoth(database.Owner), Pair.OnBoth(database.Superuser) + ";Pooling=false");
}
