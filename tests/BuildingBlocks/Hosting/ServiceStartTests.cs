using System.Net;
using GoCart.AppHost.Local;
using GoCart.BuildingBlocks.Hosting;
using GoCart.BuildingBlocks.Http;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.BuildingBlocks.Hosting;

/// <summary>A service of one route, from its start to its stop.</summary>
public sealed class ServiceStartTests
{
    private static readonly Uri Health = new("/health", UriKind.Relative);

    private readonly Uri _address = new($"http://127.0.0.1:{Ports.Free()}");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_option_without_a_command_serves()
    {
        string[] args = ["--urls", _address.ToString()];
        await using var app = Create("Production", args);
        app.MapGet("/", () => "").AllowAnonymous();
        using var http = new HttpClient { BaseAddress = _address };

        var exitCode = app.RunCommandAsync(args, migrations: []);
        await Eventually.AssertAsync(async () => Assert.Equal("", await http.GetStringAsync(new Uri("/", UriKind.Relative))));
        app.Lifetime.StopApplication();

        Assert.Equal(0, await exitCode);
    }

    [Fact]
    public async Task A_route_that_does_not_say_who_may_call_it_keeps_the_service_from_starting()
    {
        await using var app = Create("Production");
        app.MapGet("/silent", () => "");

        await AssertDoesNotStartAsync(app, "These routes do not say who may call them: HTTP: GET /silent");
    }

    [Fact]
    public async Task In_production_a_service_with_lists_needs_a_key_for_their_cursors()
    {
        await using var app = Create("Production");
        app.MapGet("/list", (Page page) => page.Limit).AllowAnonymous();

        await AssertDoesNotStartAsync(app, "Paging:Key");
    }

    [Fact]
    public async Task In_development_a_service_with_lists_makes_up_its_key()
    {
        await using var app = Create("Development");
        app.MapGet("/list", (Page page) => page.Limit).AllowAnonymous();
        app.Lifetime.ApplicationStarted.Register(app.Lifetime.StopApplication);

        Assert.Equal(0, await app.RunCommandAsync([], migrations: []));
    }

    [Theory]
    [InlineData("carts:8083")]
    [InlineData("")]
    [InlineData("http://127.0.0.1:8083,carts")]
    public async Task An_address_of_another_service_that_is_none_keeps_the_service_from_starting(string address)
    {
        var builder = CreateBuilder("Production");
        builder.Configuration["Services:Carts"] = address;
        builder.Services.AddServiceClient<HttpClient>("Carts");
        await using var app = builder.Build();

        await AssertDoesNotStartAsync(app, "Set Services:Carts to the address of the service");
    }

    [Theory]
    [InlineData("")]
    [InlineData("usd")]
    public async Task A_currency_that_is_none_keeps_the_service_from_starting(string currency)
    {
        var builder = CreateBuilder("Production");
        builder.Configuration["Store:Currency"] = currency;
        builder.AddStoreOptions();
        await using var app = builder.Build();

        await AssertDoesNotStartAsync(app, "Set Store:Currency to three letters of ISO 4217");
    }

    [Fact]
    public async Task A_service_that_stops_says_so_first_and_finishes_the_request_under_way()
    {
        var underWay = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        await using var app = Create("Production", drainDelay: TimeSpan.FromSeconds(2));
        app.MapGet("/slow", async () =>
        {
            underWay.SetResult();
            await goOn.Task;
            return "done";
        }).AllowAnonymous();
        await app.StartAsync(Cancelled);
        using var http = new HttpClient { BaseAddress = _address };
        var slow = http.GetStringAsync(new Uri("/slow", UriKind.Relative), Cancelled);
        await underWay.Task;

        var stopped = app.StopAsync(CancellationToken.None);
        var statusWhileDraining = await http.GetAsync(Health, Cancelled);
        // The pause is over when it takes no more connections.
        await Eventually.AssertAsync(() => Assert.ThrowsAsync<HttpRequestException>(async () =>
        {
            using var other = new HttpClient { BaseAddress = _address };
            using var response = await other.GetAsync(Health);
        }));
        var isWaiting = !stopped.IsCompleted;
        goOn.SetResult();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, statusWhileDraining.StatusCode);
        Assert.True(isWaiting);
        Assert.Equal("done", await slow);
        await stopped;
    }

    [Fact]
    public async Task A_service_that_stops_closes_each_connection_with_its_answer()
    {
        var builder = CreateBuilder("Production");
        builder.Configuration["Hosting:DrainDelay"] = "00:00:02";
        builder.Services.AddAuthentication();
        builder.Services.AddAuthorization();
        await using var app = builder.Build();
        app.UseServiceDefaults();
        await app.StartAsync(Cancelled);
        using var http = new HttpClient { BaseAddress = _address };
        var alive = new Uri("/alive", UriKind.Relative);

        using var before = await http.GetAsync(alive, Cancelled);
        var stopped = app.StopAsync(CancellationToken.None);
        using var whileDraining = await http.GetAsync(alive, Cancelled);

        Assert.NotEqual(true, before.Headers.ConnectionClose);
        Assert.Equal(HttpStatusCode.OK, whileDraining.StatusCode);
        Assert.True(whileDraining.Headers.ConnectionClose);
        await stopped;
    }

    private static async Task AssertDoesNotStartAsync(WebApplication app, string reason)
    {
        var said = StandardError.Capture();

        Assert.Equal(1, await app.RunCommandAsync([], migrations: []));

        Assert.StartsWith("The service does not start: ", $"{said}", StringComparison.Ordinal);
        Assert.Contains(reason, $"{said}", StringComparison.Ordinal);
    }

    private WebApplication Create(string environment, string[]? args = null, TimeSpan drainDelay = default)
    {
        var builder = CreateBuilder(environment, args);
        builder.Configuration["Hosting:DrainDelay"] = drainDelay.ToString();
        builder.Services.AddAuthorization();
        var app = builder.Build();
        app.MapHealthChecks("/health").AllowAnonymous();
        return app;
    }

    private WebApplicationBuilder CreateBuilder(string environment, string[]? args = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment, Args = args });
        if (args is null)
            builder.Configuration["Urls"] = _address.ToString();
        builder.AddServiceDefaults("other");
        builder.Logging.ClearProviders();
        return builder;
    }
}
