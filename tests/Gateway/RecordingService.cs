using System.Collections.Concurrent;
using GoCart.AppHost.Local;

namespace GoCart.Tests.Gateway;

/// <summary>Stands where a service would: notes what the gateway sends to it, and answers as the test says.</summary>
public sealed class RecordingService : IAsyncDisposable
{
    private readonly int _port = Ports.Free();
    private WebApplication? _app;
    private int _refusals;

    public Uri Address => new($"http://127.0.0.1:{_port}");

    public ConcurrentQueue<ReceivedRequest> Received { get; } = new();

    /// <summary>By default 200 with an empty JSON object.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = AnswerOk;

    /// <summary>What it says of itself to the gateway's probes.</summary>
    public bool IsReady { get; set; } = true;

    /// <summary>How many probes have been told that it is not ready.</summary>
    public int Refusals => Volatile.Read(ref _refusals);

    public static Task AnswerOk(HttpContext context) => context.Response.WriteAsJsonAsync(new { });

    /// <summary>Breaks the connection without a word.</summary>
    public static Task BreakOff(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Address.ToString());
        _app = builder.Build();
        _app.Run(async context =>
        {
            if (context.Request.Path == "/health")
            {
                if (!IsReady)
                {
                    Interlocked.Increment(ref _refusals);
                    context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                }
                return;
            }

            using var body = new StreamReader(context.Request.Body);
            Received.Enqueue(new(
                context.Request.Method,
                context.Request.Path + context.Request.QueryString,
                context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                await body.ReadToEndAsync()));
            await Answer(context);
        });
        await _app.StartAsync();
    }

    public async Task StopAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
        _app = null;
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}

public sealed record ReceivedRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body);
