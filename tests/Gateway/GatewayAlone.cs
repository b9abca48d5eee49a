extern alias GatewayService;
using System.Net.Http.Headers;
using GoCart.AppHost.Local;
using GoCart.BuildingBlocks.Auth;
using GoCart.Tests.Infrastructure;
using GoCart.Tests.Products;

namespace GoCart.Tests.Gateway;

/// <summary>The real gateway in front of recording services: to see what it passes on, and what it does when they misbehave.</summary>
public sealed class GatewayAlone : IAsyncDisposable
{
    private readonly TestTokens _tokens = new();
    private readonly RunningService<GatewayService::Program> _gateway;

    private GatewayAlone(
        RecordingService service, Uri? secondCopy, Dictionary<string, string?> settings, Action<IServiceCollection>? configure)
    {
        Service = service;
        var addresses = secondCopy is null ? $"{service.Address}" : $"{service.Address},{secondCopy}";
        foreach (var name in (string[])["Users", "Products", "Carts", "Orders"])
            settings.TryAdd($"Services:{name}", addresses);
        _gateway = new(Ports.Free(), settings, services =>
        {
            services.AddSingleton<ITokenAuthority>(_tokens);
            configure?.Invoke(services);
        });
    }

    /// <summary>Behind every route.</summary>
    public RecordingService Service { get; }

    public Uri Address => _gateway.Address;

    public HttpClient Anonymous { get; private set; } = new();

    public HttpClient Customer { get; private set; } = new();

    public HttpClient Admin { get; private set; } = new();

    public static async Task<GatewayAlone> StartAsync(
        Uri? secondCopy = null, Dictionary<string, string?>? settings = null, Action<IServiceCollection>? configure = null)
    {
        var service = new RecordingService();
        await service.StartAsync();
        var gateway = new GatewayAlone(service, secondCopy, settings ?? [], configure);
        gateway._gateway.Start();
        gateway.Anonymous = gateway._gateway.CreateClient();
        gateway.Customer = gateway.ClientOf(Roles.Customer);
        gateway.Admin = gateway.ClientOf(Roles.Admin);
        return gateway;
    }

    /// <summary>The customer of before keeps the token made with the old key.</summary>
    /// <returns>One whose token is made with the new one.</returns>
    public HttpClient ReplaceKey()
    {
        _tokens.ReplaceKey();
        return ClientOf(Roles.Customer);
    }

    public async ValueTask DisposeAsync()
    {
        Anonymous.Dispose();
        Customer.Dispose();
        Admin.Dispose();
        await _gateway.DisposeAsync();
        await Service.DisposeAsync();
    }

    private HttpClient ClientOf(string role)
    {
        var client = _gateway.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _tokens.Issue(Guid.NewGuid(), role));
        return client;
    }
}

/// <summary>One for a class of tests that leave it as it was.</summary>
public sealed class GatewayFixture : IAsyncLifetime
{
    private GatewayAlone? _gateway;

    public GatewayAlone Gateway => _gateway ?? throw new InvalidOperationException("The gateway has not been started.");

    public async ValueTask InitializeAsync() => _gateway = await GatewayAlone.StartAsync();

    public async ValueTask DisposeAsync() => await Gateway.DisposeAsync();
}
