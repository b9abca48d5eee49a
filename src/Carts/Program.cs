using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using GoCart.BuildingBlocks.Http;
using GoCart.BuildingBlocks.Messaging;
using GoCart.BuildingBlocks.OpenApi;
using GoCart.Carts;

var builder = WebApplication.CreateBuilder([ServiceDefaults.ReadSettingsOnce, .. args]);
builder.AddServiceDefaults("carts");
builder.AddStoreOptions();
builder.AddDatabase();
builder.AddTokenAuthentication();
builder.Services.AddOpenApi(options => options.Describe(Examples.All));
builder.AddMessaging("carts", Subscriptions.Add);
builder.Services.AddServiceClient<ProductsClient>("Products");
builder.Services.AddSingleton<CartReads>();
builder.Services.AddSingleton<CartAdditions>();
builder.Services.AddSingleton<OrderedRemovals>();

var app = builder.Build();
app.UseServiceDefaults();
app.MapCartRoutes();
app.MapOpenApi().AllowAnonymous();

return await app.RunCommandAsync(args,
[
    BuildingBlockMigrations.Messaging,
    MigrationSet.From("carts", typeof(Routes).Assembly, "Migrations"),
]);
