using System.Diagnostics;
using System.Globalization;
using System.Net;
using GoCart.AppHost.Local;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.AppHost;

[Collection(MeasuresTime.Name)]
public sealed class StoreProcessTests(LocalServers servers)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    // One test for a whole life: every start of a store costs some ten seconds of processor time.
    [Fact]
    public async Task A_store_mends_what_dies_leaves_nothing_when_killed_recovers_and_closes_in_time()
    {
        var folder = Path.Combine(servers.Folder, "store");
        await using (var store = await RunningStore.StartLikeInContainerAsync(folder, "--replicas", "products=2"))
        {
            Assert.True(await StatusAsync(store, "/health") == HttpStatusCode.OK, store.Output);
            await AssertMendsAsync(store);
            await AssertDefendsFolderAndPortsAsync(store);

            Assert.NotEmpty(store.Children);
            await store.EndAsync(Signal.Kill);
            await Wait.UntilAsync(() => store.Children.Count == 0, Cancelled);
        }

        await using var recovered = await RunningStore.StartAsync(folder);
        var answer = await StatusAsync(recovered, "/health");
        var closing = Stopwatch.StartNew();
        var exitCode = await recovered.EndAsync(Signal.Interrupt);

        Assert.True(answer == HttpStatusCode.OK, recovered.Output);
        Assert.Equal(0, exitCode);
        Assert.InRange(closing.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(15));
        Assert.Empty(recovered.Children);
    }

    [Fact]
    public async Task A_store_opens_on_databases_and_a_broker_that_run_elsewhere()
    {
        await using var databases = await servers.CreateDatabasesAsync(Cancelled);
        await using var virtualHost = await servers.CreateVirtualHostAsync(Cancelled);
        var elsewhere = new Dictionary<string, string>
        {
            ["GOCART_USERS_DATABASE"] = databases.Users.Service,
            ["GOCART_USERS_MIGRATIONS"] = databases.Users.Owner,
            ["GOCART_PRODUCTS_DATABASE"] = databases.Products.Service,
            ["GOCART_PRODUCTS_MIGRATIONS"] = databases.Products.Owner,
            ["GOCART_CARTS_DATABASE"] = databases.Carts.Service,
            ["GOCART_CARTS_MIGRATIONS"] = databases.Carts.Owner,
            ["GOCART_ORDERS_DATABASE"] = databases.Orders.Service,
            ["GOCART_ORDERS_MIGRATIONS"] = databases.Orders.Owner,
            ["GOCART_BROKER"] = virtualHost.Administrator,
        };

        await using var store = await RunningStore.StartExternalAsync(
            Path.Combine(servers.Folder, "external-store"), elsewhere);

        var answer = await StatusAsync(store, "/health");
        Assert.True(answer == HttpStatusCode.OK, store.Output);
        Assert.DoesNotContain("PostgreSQL", store.Output, StringComparison.Ordinal);
    }

    private static async Task AssertMendsAsync(RunningStore store)
    {
        await Kill(PortHolder.Find(8081 + store.PortOffset));
        await Kill(PortHolder.Find(5433 + store.PortOffset));

        await Eventually.AssertAsync(async () =>
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(store, "/api/products"));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(store, "/health"));
            Assert.Contains("users was ended by signal 9; it is started again.", store.Output, StringComparison.Ordinal);
            Assert.Contains("PostgreSQL was ended by signal 9; it is started again.", store.Output, StringComparison.Ordinal);
        }, TimeSpan.FromSeconds(30));
    }

    private async Task AssertDefendsFolderAndPortsAsync(RunningStore store)
    {
        await using var inSameFolder = await RunningStore.StartAsync(store.Folder);
        await using var onSamePorts = await RunningStore.StartAsync(
            Path.Combine(servers.Folder, "other-store"), store.PortOffset);

        Assert.Contains(
            $"A store is already running from {store.Folder} (process ", inSameFolder.Output, StringComparison.Ordinal);
        Assert.Contains(
            $"Port {8082 + store.PortOffset} is taken by process ", onSamePorts.Output, StringComparison.Ordinal);
    }

    private static Task Kill(PortHolder? holder)
    {
        var processId = holder?.ProcessId ?? throw new InvalidOperationException("Nobody listens there.");
        LinuxCalls.SendSignal(processId, Signal.Kill);
        return Wait.UntilAsync(() => !Directory.Exists(
            "/proc/" + processId.ToString(CultureInfo.InvariantCulture)), Cancelled);
    }

    private static async Task<HttpStatusCode> StatusAsync(RunningStore store, string path)
    {
        using var http = new HttpClient { BaseAddress = store.Gateway };
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), Cancelled);
        return answer.StatusCode;
    }
}
