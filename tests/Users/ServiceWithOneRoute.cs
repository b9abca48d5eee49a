using GoCart.AppHost.Local;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Hosting;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Users;

/// <summary>Some other service: it has the store's token authentication and one route, <c>GET /me</c>, for who is signed in.</summary>
internal sealed class ServiceWithOneRoute : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ServiceWithOneRoute(WebApplication app, Uri address)
    {
        _app = app;
        Address = address;
    }

    public Uri Address { get; }

    /// <param name="users">Where it fetches keys and ended sessions.</param>
    public static async Task<ServiceWithOneRoute> StartAsync(Uri users, Action<IServiceCollection>? configure = null)
    {
        var address = new Uri($"http://127.0.0.1:{Ports.Free()}");
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Configuration["Services:Users"] = users.ToString();
        builder.WebHost.UseUrls(address.ToString());
        configure?.Invoke(builder.Services);
        builder.AddServiceDefaults("other");
        builder.AddTokenAuthentication();

        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapGet("/me", (CurrentUser user) => user.Id).RequireAuthorization(Policies.SignedIn);
        app.MapGet("/admin", (CurrentUser user) => user.Id).RequireAuthorization(Policies.Admin);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app, address);
    }

    /// <summary>Until it has the keys and the ended sessions, it answers 503 to every token.</summary>
    public async Task<ServiceWithOneRoute> WhenReadyAsync()
    {
        using var http = new HttpClient { BaseAddress = Address };
        await Eventually.AssertAsync(async () =>
        {
            using var health = await http.GetAsync(new Uri("/health", UriKind.Relative));
            Assert.True(health.IsSuccessStatusCode);
        });
        return this;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
