using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using GoCart.AppHost.Local;
using GoCart.Bench.Store;

namespace GoCart.Bench.Measuring;

/// <summary>Times starts: of each service beside the others, and of a whole store.</summary>
internal static class StartMeter
{
    /// <summary>As --scenario has it.</summary>
    public const string Name = "start";

    private const int Starts = 3;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    /// <summary>Until nothing is compiled or collected any more that only the start has left.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    /// <summary>Ends and starts the services of a store, one after the other.</summary>
    public static async Task<IReadOnlyList<Footprint>> MeasureServicesAsync(BenchStore store, CancellationToken cancellationToken)
    {
        await store.RestartServicesAsync(hasMeters: false, cancellationToken);
        var ready = new Dictionary<string, List<double>>();
        foreach (var service in store.Services)
        {
            ready[service.Name] = [];
            for (var start = 0; start < Starts; start++)
            {
                await service.KillAsync();
                var from = Stopwatch.GetTimestamp();
                await service.StartAsync();
                await WaitUntilReadyAsync(service.Address, cancellationToken);
                ready[service.Name].Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
            }
        }
        await Task.Delay(Settling, cancellationToken);
        List<Footprint> footprints =
            [.. store.Services.Select(service => new Footprint(service.Name, ready[service.Name], MemoryMeter.MegabytesOf(service.Id)))];
        await store.RestartServicesAsync(hasMeters: true, cancellationToken);
        return footprints;
    }

    /// <summary>The second start of a store by AppHost, when its servers are installed and its databases are there.</summary>
    /// <returns>Seconds to the first answer that all of it is ready.</returns>
    public static async Task<double> MeasureSecondStartAsync(CancellationToken cancellationToken)
    {
        // Not one that is ours alone: PostgreSQL runs as another user, and has to get through it.
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"gocart-bench-start-{Environment.ProcessId}")).FullName;
        try
        {
            await MeasureStartAsync(folder, cancellationToken);
            return await MeasureStartAsync(folder, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> MeasureStartAsync(string folder, CancellationToken cancellationToken)
    {
        var layout = BenchStore.FreeLayout(AppHost.Replicas.OneEach);
        var offset = layout.GatewayAddress.Port - new AppHost.StoreLayout(AppHost.Replicas.OneEach, 0).GatewayAddress.Port;
        var ours = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.GetFullPath(Path.Combine(ours.FullName, "..", "..", "AppHost", ours.Name, "GoCart.AppHost.dll"));
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

        var from = Stopwatch.GetTimestamp();
        var host = await ChildProcess.StartAsync(new ChildCommand(
            "AppHost", dotnet, [program, "--data", Path.Combine(folder, "store"), "--port-offset", $"{offset}", "--yes"])
        {
            LogFile = Path.Combine(folder, "apphost.log"),
            WorkingDirectory = folder,
            // Its children are ended by it, in order.
            ParentDeathSignal = Signal.Terminate,
        });
        try
        {
            await WaitUntilReadyAsync(layout.GatewayAddress, cancellationToken);
            return Stopwatch.GetElapsedTime(from).TotalSeconds;
        }
        finally
        {
            await host.StopAsync(Signal.Terminate, Limit);
        }
    }

    private static async Task WaitUntilReadyAsync(Uri address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        var health = new Uri(address, "health");
        await Wait.UntilAsync(IsReadyAsync, BetweenLooks, limit.Token);

        async Task<bool> IsReadyAsync()
        {
            try
            {
                using var answer = await http.GetAsync(health, limit.Token);
                return answer.StatusCode == HttpStatusCode.OK;
            }
            // Nobody listens yet, or it had too much to do to answer.
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !limit.IsCancellationRequested)
            {
                return false;
            }
        }
    }
}
