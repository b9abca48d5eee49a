using Microsoft.AspNetCore.Mvc.Testing;

namespace GoCart.Tests.Infrastructure;

/// <summary>A service as its Program.cs makes it, on real Kestrel, inside the test process; it can be stopped and started again.</summary>
public abstract class RunningService : IAsyncDisposable
{
    /// <summary>Where it listens; the same after a restart.</summary>
    public abstract Uri Address { get; }

    /// <summary>The service's own objects, for tests that look inside.</summary>
    public abstract IServiceProvider Services { get; }

    public abstract void Start();

    public abstract Task StopAsync();

    /// <summary>A client that speaks to the service straight, without the gateway, as nobody.</summary>
    public HttpClient CreateClient() =>
        new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Address };

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        GC.SuppressFinalize(this);
    }
}

/// <typeparam name="TMarker">Any type of the service's assembly.</typeparam>
/// <param name="settings">As the environment would give them, such as <c>ConnectionStrings:Database</c>.</param>
internal sealed class RunningService<TMarker>(
    int port, IReadOnlyDictionary<string, string?> settings, Action<IServiceCollection>? configure = null, string scheme = "http")
    : RunningService
    where TMarker : class
{
    private readonly LogWatch _log = new();
    private Factory? _factory;

    public override Uri Address { get; } = new($"{scheme}://127.0.0.1:{port}");

    public override IServiceProvider Services =>
        _factory?.Services ?? throw new InvalidOperationException("The service is not running.");

    public override void Start()
    {
        _factory = new Factory(Address, settings, configure, _log);
        _factory.UseKestrel();
        _factory.StartServer();
    }

    public override async Task StopAsync()
    {
        if (_factory is not null)
            await _factory.DisposeAsync();
        _factory = null;
        _log.AssertNoSecrets();
    }

    private sealed class Factory(
        Uri address, IReadOnlyDictionary<string, string?> settings, Action<IServiceCollection>? configure, LogWatch log)
        : WebApplicationFactory<TMarker>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Development");
            // UseKestrel(port) would set it too late at times: Program.cs goes on by itself, and may have started the server.
            builder.UseSetting("Urls", address.ToString());
            // A run's output is about tests.
            builder.UseSetting("Logging:Console:LogLevel:Default", "None");
            foreach (var (name, value) in settings)
                builder.UseSetting(name, value);
            builder.ConfigureServices(services => services.AddLogging(logging => logging.AddProvider(log)));
            if (configure is not null)
                builder.ConfigureServices(configure);
        }
    }
}
