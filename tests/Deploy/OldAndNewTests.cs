using GoCart.AppHost;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Deploy;

/// <summary>The release before this one and this one serve side by side, on the same databases and the same broker, while customers order.</summary>
[Collection(MeasuresTime.Name)] // Checkouts have time limits of their own.
public sealed class OldAndNewTests(LocalServers servers)
{
    private const int Times = 4;

    /// <summary>Behind the gateway.</summary>
    private static readonly string[] Services = [.. StoreLayout.Services.Where(service => service != StoreLayout.Gateway)];

    [Fact]
    public async Task A_store_is_upgraded_and_taken_back_under_load_and_nobody_notices()
    {
        var folder = Path.Combine(servers.Folder, "previous-release");
        var current = Release.Current;
        if (await Release.BuildPreviousAsync(folder) is not { } previous)
        {
            Assert.Skip("The release before this one is not in the repository: a clone without history does not have it.");
            return;
        }

        await using var store = await UpgradedStore.CreateAsync(servers, Path.Combine(folder, "store"), previous, current);
        await EachAsync(Services, service => store.MigrateAsync(service, previous));
        await JoinAsync(previous);
        using var customers = new Customers(store.RefusedRequests, store.AddressOf(StoreLayout.Gateway, previous));
        await customers.BeginAsync();
        await customers.ComeAsync(Times);

        // Copies start one after the other, as one upgrades a store: five at once on two processors leave the others too little.
        // New ones that come before their migrations stay closed: nobody meets them, and no event waits with them.
        foreach (var service in Services)
        {
            await store.StartAsync(service, current);
            await store.WaitUntilClosedAsync(service, current);
        }
        await customers.ComeAsync(Times);
        await EachAsync(Services, service => store.StopAsync(service, current));

        // The migrations come first, and the old release goes on with them.
        await EachAsync(Services, service => store.MigrateAsync(service, current));
        await customers.ComeAsync(Times);

        // Each new copy beside the old one.
        await JoinAsync(current);
        customers.Gateways = [store.AddressOf(StoreLayout.Gateway, previous), store.AddressOf(StoreLayout.Gateway, current)];
        await customers.ComeAsync(Times);

        // The new release alone.
        await LeaveAsync(previous, staying: current);
        await customers.ComeAsync(Times);

        // And back again, as one does who regrets it: the databases stay as they are.
        await JoinAsync(previous);
        await LeaveAsync(current, staying: previous);
        await customers.ComeAsync(Times);
        await customers.LeaveAsync();

        await store.AssertSettledAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"{customers.Requests} requests");

        async Task JoinAsync(Release joining)
        {
            foreach (var service in Services.Append(StoreLayout.Gateway))
            {
                await store.StartAsync(service, joining);
                await store.WaitUntilReadyAsync(service, joining);
            }
        }

        Task LeaveAsync(Release leaving, Release staying)
        {
            customers.Gateways = [store.AddressOf(StoreLayout.Gateway, staying)];
            return EachAsync(StoreLayout.Services, service => store.StopAsync(service, leaving));
        }
    }

    private static Task EachAsync(IEnumerable<string> services, Func<string, Task> act) => Task.WhenAll(services.Select(act));
}
