using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Hosting;
using GoCart.Gateway;
using GoCart.Gateway.Limits;
using GoCart.Gateway.Proxy;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("gateway");
builder.AddTokenAuthentication();
builder.AddRateLimits();
builder.AddProxy();

var app = builder.Build();
app.UseTrustedProxies();
app.UseSecurityHeaders();
app.UseServiceDefaults(beforeAuthentication: () =>
{
    app.UseRateLimiter();
    app.UseRequestTimeouts();
});
app.MapReverseProxy(ProxyPipeline.Configure);
await app.ServeAsync();
