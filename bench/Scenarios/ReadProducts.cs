using System.Net;
using GoCart.AppHost.Local;
using GoCart.Bench.Limits;
using GoCart.Bench.Load;

namespace GoCart.Bench.Scenarios;

/// <summary>Reads of products, beside the same bytes from memory.</summary>
/// <param name="paths">What is read, in turn.</param>
internal sealed class ReadProducts(string name, string title, HttpStatusCode status, Func<Stage, IEnumerable<string>> paths)
    : HttpScenario(name, title, "the same bytes from a bare Kestrel behind a bare YARP", 0.80, Connections)
{
    private const int Connections = 48;

    protected override Task<RunningWork> BeginAsync(Stage stage) =>
        Task.FromResult(new RunningWork(new Rotation([.. paths(stage).Select(path => Requests.Get(path))], (int)status)));

    protected override async Task<double> MeasureLimitAsync(Stage stage)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(stage.Store.Gateway, paths(stage).First()));
        var file = Path.Combine(stage.Store.Folder, "answer");
        await File.WriteAllBytesAsync(file, await answer.Content.ReadAsByteArrayAsync());

        return await BehindProxy.MeasureAsync(
            stage, Connections, [Requests.Get("/answer")], (int)status, LimitServer.Bytes, $"{(int)status}", file);
    }

    public static IEnumerable<string> Single(Stage stage) => Enumerable.Range(0, 200).Select(n => $"/api/products/{stage.Assortment.ProductId(n * 7)}");

    public static IEnumerable<string> Page(Stage _) => ["/api/products?limit=20"];

    public static IEnumerable<string> Unknown(Stage _) => Enumerable.Range(0, 200).Select(_ => $"/api/products/{Guid.CreateVersion7()}");
}

/// <summary>Measures a server of <see cref="LimitServer"/> behind its bare proxy.</summary>
internal static class BehindProxy
{
    public static async Task<double> MeasureAsync(
        Stage stage, int connections, IReadOnlyList<byte[]> requests, int status, params string[] server)
    {
        var (port, proxyPort) = (Ports.Free(), Ports.Free());
        var behind = await LimitServer.StartAsync(stage.Store.Folder, port, server);
        var proxy = await LimitServer.StartAsync(stage.Store.Folder, proxyPort, LimitServer.Proxy, $"http://127.0.0.1:{port}/");
        try
        {
            using var load = new Generator(new Uri($"http://127.0.0.1:{proxyPort}"), connections, new Rotation(requests, status));
            // It is started anew in every run, and is to be as warm as the store, which goes on from one to the next.
            await load.SaturateAsync(TimeSpan.FromSeconds(4));
            var result = await load.SaturateAsync(stage.Length);
            return result.Wrong == 0
                ? result.PerSecond
                : throw new InvalidOperationException($"The limit answered {result.FirstWrong}");
        }
        finally
        {
            await proxy.StopAsync(Signal.Kill, TimeSpan.Zero);
            await behind.StopAsync(Signal.Kill, TimeSpan.Zero);
        }
    }
}
