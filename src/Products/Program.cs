using GoCart.BuildingBlocks.Audit;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using GoCart.BuildingBlocks.Http;
using GoCart.BuildingBlocks.Messaging;
using GoCart.BuildingBlocks.OpenApi;
using GoCart.Products;
using GoCart.Products.Catalog;

var builder = WebApplication.CreateBuilder([ServiceDefaults.ReadSettingsOnce, .. args]);
builder.AddServiceDefaults("products");
builder.AddStoreOptions();
builder.AddDatabase();
builder.AddTokenAuthentication();
builder.Services.AddOpenApi(options => options.Describe(Examples.All));
builder.Services.AddSingleton<SearchLimit>();
builder.AddMessaging("products", Subscriptions.Add);
builder.Services.AddHostedService<IdempotencyKeyCleaner>();
builder.AddAuditLogCleaner();

var app = builder.Build();
app.UseServiceDefaults();
app.MapProductRoutes();
app.MapOpenApi().AllowAnonymous();

return await app.RunCommandAsync(
    args,
    [
        BuildingBlockMigrations.Audit,
        BuildingBlockMigrations.Messaging,
        BuildingBlockMigrations.Idempotency,
        MigrationSet.From("products", typeof(Routes).Assembly, "Migrations"),
    ],
    seed: SampleProducts.SeedAsync);
