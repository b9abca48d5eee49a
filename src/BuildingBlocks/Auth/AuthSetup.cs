using System.Text.Encodings.Web;
using GoCart.BuildingBlocks.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace GoCart.BuildingBlocks.Auth;

public static class AuthSetup
{
    /// <summary>Every request's token is verified here, by the keys of the users service; routes name one of <see cref="Policies"/>.</summary>
    public static void AddTokenAuthentication(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<AuthOptions>().BindConfiguration(AuthOptions.Section).ValidateDataAnnotations().ValidateOnStart();

        // Users itself, and some tests, bring their own.
        if (!services.Any(service => service.ServiceType == typeof(ITokenAuthority)))
        {
            services.AddServiceClient<UsersTokenAuthority>("Users");
            services.AddSingleton<ITokenAuthority>(provider => provider.GetRequiredService<UsersTokenAuthority>());
        }

        services.AddSingleton<SigningKeys>();
        services.AddHostedService(provider => provider.GetRequiredService<SigningKeys>());
        services.AddSingleton<SessionDenyList>();
        services.AddHostedService(provider => provider.GetRequiredService<SessionDenyList>());
        services.AddSingleton<AccessTokenValidator>();
        services.AddHealthChecks().AddCheck<SigningKeysHealthCheck>("token_keys");

        // AddAuthentication() would bring data protection with it, which writes keys nobody uses into the home directory.
        services.AddSingleton(UrlEncoder.Default);
        services.AddTransient<AccessTokenHandler>();
        services.AddAuthenticationCore(options =>
        {
            options.DefaultScheme = AccessTokenHandler.SchemeName;
            options.AddScheme<AccessTokenHandler>(AccessTokenHandler.SchemeName, displayName: null);
        });
        services.AddSingleton<IAuthorizationHandler, CertainSessionsHandler>();
        var policies = services.AddAuthorizationBuilder()
            .AddPolicy(Policies.SignedIn, policy => policy.RequireAuthenticatedUser());
        foreach (var (name, roles) in Policies.Staff)
        {
            policies.AddPolicy(name, policy => policy
                .RequireAuthenticatedUser().RequireClaim("role", roles).AddRequirements(new CertainSessions()));
        }
    }
}
