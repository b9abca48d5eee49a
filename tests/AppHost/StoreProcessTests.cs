using System.Globalization;
using System.Net;
using System.Text.Json;
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
            await OtherUsers.AssertShutOutAsync(store);

            Assert.NotEmpty(store.Children);
            await store.EndAsync(Signal.Kill);
            await store.WaitUntilGoneAsync();
        }

        await using (var recovered = await RunningStore.StartAsync(folder))
        {
            Assert.True(await StatusAsync(recovered, "/health") == HttpStatusCode.OK, recovered.Output);
            Assert.Contains("Admin: admin@example.com, password admin123", recovered.Output, StringComparison.Ordinal);
            Assert.Contains(
                $"Next:  dotnet run --project src/Cli -- --server {recovered.Gateway.OriginalString}", recovered.Output,
                StringComparison.Ordinal);
            Assert.True(await HasProductsAsync(recovered));
            await AssertClosesAsync(recovered, Signal.Terminate);
        }

        await using var emptied = await RunningStore.StartAsync(folder, "--reset", "--no-seed");
        Assert.DoesNotContain("admin123", emptied.Output, StringComparison.Ordinal);
        Assert.False(await HasProductsAsync(emptied));
        await AssertClosesAsync(emptied, Signal.Interrupt);
    }

    [Fact]
    public async Task A_store_opens_on_databases_and_a_broker_that_run_elsewhere_and_closes_in_order_with_its_terminal()
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

        await using var store = await RunningStore.StartExternalOnTerminalAsync(
            Path.Combine(servers.Folder, "external-store"), elsewhere);

        var answer = await StatusAsync(store, "/health");
        Assert.True(answer == HttpStatusCode.OK, store.Output);
        Assert.DoesNotContain("PostgreSQL", store.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("admin123", store.Output, StringComparison.Ordinal);
        Assert.False(await HasProductsAsync(store));

        await store.EndAsync(Signal.Kill);
        await store.WaitUntilGoneAsync();

        var log = await File.ReadAllTextAsync(Path.Combine(store.Folder, "logs", "orders.log"), Cancelled);
        Assert.Contains("Application is shutting down", log, StringComparison.Ordinal);
    }

    private static async Task AssertClosesAsync(RunningStore store, Signal signal)
    {
        var exitCode = await store.EndAsync(signal);

        Assert.Equal(0, exitCode);
        Assert.Empty(store.Children);
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

    private static async Task<bool> HasProductsAsync(RunningStore store)
    {
        using var http = new HttpClient { BaseAddress = store.Gateway };
        using var products = JsonDocument.Parse(await http.GetStringAsync(new Uri("/api/products", UriKind.Relative), Cancelled));
        return products.RootElement.GetArrayLength() > 0;
    }

    private static async Task<HttpStatusCode> StatusAsync(RunningStore store, string path)
    {
        using var http = new HttpClient { BaseAddress = store.Gateway };
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), Cancelled);
        return answer.StatusCode;
    }
}
