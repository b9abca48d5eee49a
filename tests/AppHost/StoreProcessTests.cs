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

    [Fact]
    public async Task A_killed_store_leaves_nothing_running_and_the_next_start_recovers_and_closes_in_time()
    {
        var folder = Path.Combine(servers.Folder, "killed-store");
        await using (var killed = await RunningStore.StartAsync(folder))
        {
            Assert.NotEmpty(killed.Children);

            await killed.EndAsync(Signal.Kill);

            await Wait.UntilAsync(() => killed.Children.Count == 0, Cancelled);
        }

        await using var store = await RunningStore.StartAsync(folder);
        var answer = await StatusAsync(store, "/api/products");
        var closing = Stopwatch.StartNew();
        var exitCode = await store.EndAsync(Signal.Interrupt);

        Assert.True(answer == HttpStatusCode.OK, store.Output);
        Assert.Equal(0, exitCode);
        Assert.InRange(closing.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(15));
        Assert.Empty(store.Children);
    }

    [Fact]
    public async Task A_store_mends_what_dies_and_defends_its_folder_and_its_ports()
    {
        var folder = Path.Combine(servers.Folder, "mended-store");
        await using var store = await RunningStore.StartAsync(folder, "--replicas", "products=2");
        Assert.True(await StatusAsync(store, "/api/products") == HttpStatusCode.OK, store.Output);

        await Kill(PortHolder.Find(8081 + store.PortOffset));
        await Kill(PortHolder.Find(5433 + store.PortOffset));
        await Eventually.AssertAsync(async () =>
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(store, "/api/products"));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(store, "/health"));
        });
        await using var inSameFolder = await RunningStore.StartAsync(folder);
        await using var onSamePorts = await RunningStore.StartAsync(
            Path.Combine(servers.Folder, "other-store"), store.PortOffset);

        Assert.Contains("users was ended by signal 9; it is started again.", store.Output, StringComparison.Ordinal);
        Assert.Contains("PostgreSQL was ended by signal 9; it is started again.", store.Output, StringComparison.Ordinal);
        Assert.Contains($"A store is already running from {folder} (process ", inSameFolder.Output, StringComparison.Ordinal);
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
