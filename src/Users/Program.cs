using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using GoCart.BuildingBlocks.OpenApi;
using GoCart.Users;
using GoCart.Users.Accounts;

var builder = WebApplication.CreateBuilder([ServiceDefaults.ReadSettingsOnce, .. args]);
builder.AddServiceDefaults("users");
builder.AddDatabase();
builder.AddAccounts();
builder.AddSessions();
builder.AddAuditLog();
builder.AddTokenAuthentication();
builder.Services.AddOpenApi(options => options.Describe(Examples.All));

var app = builder.Build();
app.UseServiceDefaults();
app.MapUserRoutes();
app.MapOpenApi().AllowAnonymous();

return await app.RunCommandAsync(
    args,
    [BuildingBlockMigrations.Audit, MigrationSet.From("users", typeof(Routes).Assembly, "Migrations")],
    seed: (owner, cancellationToken) => DevelopmentAdmin.SeedAsync(owner, TimeProvider.System, cancellationToken));
