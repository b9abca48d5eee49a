using GoCart.BuildingBlocks.Audit;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using GoCart.BuildingBlocks.Http;
using GoCart.BuildingBlocks.Messaging;
using GoCart.BuildingBlocks.OpenApi;
using GoCart.Orders;

var builder = WebApplication.CreateBuilder([ServiceDefaults.ReadSettingsOnce, .. args]);
builder.AddServiceDefaults("orders");
builder.AddDatabase();
builder.AddTokenAuthentication();
builder.Services.AddOpenApi(options => options.Describe(Examples.All));
builder.AddMessaging("orders", Subscriptions.Add);
builder.Services.AddServiceClient<CartsClient>("Carts");
builder.Services.AddServiceClient<ProductsClient>("Products");
builder.Services.AddServiceClient<ProductsTimelineClient>("Products");
builder.Services.AddSingleton<OrderStore>();
builder.Services.AddSingleton<Checkout>();
builder.Services.AddSingleton<OrderReads>();
builder.Services.AddSingleton<StatusChanges>();
builder.Services.AddSingleton<StockResults>();
builder.Services.AddHostedService(provider => provider.GetRequiredService<StockResults>());
builder.Services.AddHostedService<Reconciler>();
builder.Services.AddHostedService<IdempotencyKeyCleaner>();
builder.AddAuditLogCleaner();

var app = builder.Build();
app.UseServiceDefaults();
app.MapOrderRoutes();
app.MapOpenApi().AllowAnonymous();

return await app.RunCommandAsync(args,
[
    BuildingBlockMigrations.Audit,
    BuildingBlockMigrations.Messaging,
    BuildingBlockMigrations.Idempotency,
    MigrationSet.From("orders", typeof(Routes).Assembly, "Migrations"),
]);
