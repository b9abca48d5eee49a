using GoCart.BuildingBlocks.Audit;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;
using GoCart.Users.Accounts;
using GoCart.Users.Audit;
using GoCart.Users.Sessions;

namespace GoCart.Users;

internal static class Setup
{
    /// <summary>Passwords.</summary>
    public static void AddAccounts(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PasswordHasher>();
        builder.Services.AddSingleton<OwnPassword>();
        builder.Services.AddSingleton<PasswordCheckLimit>();
        builder.Services.AddSingleton<RegistrationLimit>();
        builder.Services.AddServiceClient<CartsClient>("Carts");
        builder.Services.AddSingleton<StartChecks>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<StartChecks>());
        builder.Services.AddHealthChecks().AddCheck<StartChecks>("administrators");
    }

    /// <summary>The audit log: that of users, and the clients by which administrators read those of the other services here.</summary>
    public static void AddAuditLog(this IHostApplicationBuilder builder)
    {
        builder.Services.AddServiceClient<ProductsAuditLog>("Products");
        builder.Services.AddServiceClient<OrdersAuditLog>("Orders");
        builder.AddAuditLogCleaner();
    }

    /// <summary>Tokens and what they belong to. Users is the authority that all services ask, itself included.</summary>
    public static void AddSessions(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<TokenOptions>()
            .Configure(options => options.AccessTokenMinutes = builder.Environment.IsDevelopment() ? 60 : 10)
            .BindConfiguration(AuthOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();

        services.AddSingleton<KeyRing>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyRing>());
        services.AddSingleton<ITokenAuthority, OwnTokenAuthority>();
        services.AddSingleton<AccessTokenIssuer>();
        services.AddOptions<AddressLimitOptions>()
            .Configure(options => options.ExemptLoopback = builder.Environment.IsDevelopment())
            .BindConfiguration(AddressLimitOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<SignInThrottle>();
        services.AddSingleton<RefreshCookie>();
        services.AddHostedService<SessionCleaner>();
    }
}
