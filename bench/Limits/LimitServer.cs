using GoCart.AppHost.Local;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;

namespace GoCart.Bench.Limits;

/// <summary>
/// The least that could answer: Kestrel with nothing in it, and YARP with one rule before it. Each is a process of its own,
/// this program started with another first word.
/// </summary>
internal static class LimitServer
{
    public const string Proxy = "limit-proxy", Bytes = "limit-bytes", Rows = "limit-rows";

    /// <returns>Null when the words are not about a limit.</returns>
    public static Task? RunAsync(string[] words) => words switch
    {
        [Proxy, var port, var target] => ProxyAsync(port, target),
        [Bytes, var port, var status, var file] => BytesAsync(port, int.Parse(status, null), File.ReadAllBytes(file)),
        [Rows, var port, var carts, var orders] => RowsServer.RunAsync(Builder(port), carts, orders),
        _ => null,
    };

    /// <summary>Starts one; it ends with us.</summary>
    public static async Task<ChildProcess> StartAsync(string folder, int port, params string[] words)
    {
        var child = await ChildProcess.StartAsync(new ChildCommand(
            words[0], Environment.ProcessPath!, [typeof(LimitServer).Assembly.Location, words[0], $"{port}", .. words[1..]])
        {
            LogFile = Path.Combine(folder, "logs", $"{words[0]}.log"),
            WorkingDirectory = folder,
        });
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await Wait.UntilAsync(() => Ports.IsAnsweredByAsync(port, child.Id), limit.Token);
        return child;
    }

    private static Task BytesAsync(string port, int status, byte[] body)
    {
        var app = Builder(port).Build();
        app.Run(async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = body.Length;
            await context.Response.BodyWriter.WriteAsync(body);
        });
        return app.RunAsync();
    }

    private static Task ProxyAsync(string port, string target)
    {
        var builder = Builder(port);
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "all", Match = new RouteMatch { Path = "{**path}" } }],
            [
                new ClusterConfig
                {
                    ClusterId = "all",
                    Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = target } },
                },
            ]);
        var app = builder.Build();
        app.MapReverseProxy();
        return app.RunAsync();
    }

    private static WebApplicationBuilder Builder(string port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        return builder;
    }
}
