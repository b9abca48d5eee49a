using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Hosting;
using GoCart.BuildingBlocks.Http;
using GoCart.Gateway;
using GoCart.Gateway.Limits;
using GoCart.Gateway.Memory;
using GoCart.Gateway.OpenApi;
using GoCart.Gateway.Proxy;
using GoCart.Gateway.Shedding;

var builder = WebApplication.CreateBuilder([ServiceDefaults.ReadSettingsOnce, .. args]);
builder.AddServiceDefaults("gateway", isPublic: true);
builder.AddSecurityHeaders();
builder.AddTokenAuthentication();
builder.Services.AddOptions<GatewayOptions>()
    .BindConfiguration(GatewayOptions.Section).ValidateDataAnnotations().ValidateOnStart();
builder.AddRateLimits();
builder.AddCorsForOrigins();
builder.AddProxy();
builder.AddLoadShedding();
builder.Services.AddSingleton<StoreDescription>();
builder.Services.AddSingleton<KeptAnswers>();

var app = builder.Build();
return await app.RunCommandAsync(args, migrations: [], pipeline: () =>
{
    app.UseTrustedProxies();
    app.UseServiceDefaults(beforeAuthentication: () =>
    {
        app.UseCorsForOrigins();
        app.Use(app.Services.GetRequiredService<RateLimits>().LimitAddressAsync);
        app.Use(app.Services.GetRequiredService<LoadShedding>().RefuseEarlyAsync);
        app.UseRequestTimeouts();
    });
    app.Use(app.Services.GetRequiredService<RateLimits>().LimitUserAsync);
    app.UseMiddleware<ReadsFromMemory>();
    app.UseDocsPage();
    app.MapRead("/openapi/v1.json", StoreDescription.Handle).AllowAnonymous();
    app.MapReverseProxy(ProxyPipeline.Configure);
});
