using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using GoCart.Users;
using GoCart.Users.Accounts;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("users");
builder.AddDatabase();
builder.AddAccounts();
builder.AddSessions();
builder.AddTokenAuthentication();

var app = builder.Build();
app.UseServiceDefaults();
app.MapUserRoutes();

return await app.RunCommandAsync(
    args,
    [MigrationSet.From("users", typeof(Routes).Assembly, "Migrations")],
    seed: (owner, cancellationToken) => DevelopmentAdmin.SeedAsync(owner, TimeProvider.System, cancellationToken));
