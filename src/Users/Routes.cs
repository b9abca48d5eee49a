using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;
using GoCart.Users.Accounts;
using GoCart.Users.Sessions;

namespace GoCart.Users;

/// <summary>Everything users answers to, and to whom.</summary>
internal static class Routes
{
    public static void MapUserRoutes(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api").WithTags("Users");

        api.MapPost("/users", RegisterUser.Handle).AllowAnonymous()
            .WithName("RegisterUser").WithSummary("Register a customer")
            .ProducesProblem(400).ProducesProblem(409).ProducesProblem(429).ProducesProblem(503);

        api.MapPost("/login", LogIn.Handle).AllowAnonymous()
            .WithName("LogIn").WithSummary("Sign in: an access token, and a cookie that renews it")
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(429).ProducesProblem(503);

        api.MapPost("/refresh", RefreshSession.Handle).AllowAnonymous().AddEndpointFilter(CrossSite.RefuseAsync)
            .WithName("RefreshSession").WithSummary("Renew the access token with the cookie refresh_token")
            .ProducesProblem(401).ProducesProblem(403).ProducesProblem(503);

        api.MapPost("/revoke", RevokeSession.Handle).AllowAnonymous().AddEndpointFilter(CrossSite.RefuseAsync)
            .WithName("RevokeSession").WithSummary("Sign out: end the session of the cookie refresh_token")
            .ProducesProblem(403).ProducesProblem(503);

        api.MapRead("/me", GetMe.Handle).RequireAuthorization(Policies.SignedIn)
            .WithName("GetMe").WithSummary("The account of the access token")
            .ProducesProblem(401).ProducesProblem(503);

        // For the other services; the gateway passes neither on.
        app.MapRead("/.well-known/jwks.json", GetSigningKeys.Handle).AllowAnonymous().ExcludeFromDescription();
        app.MapRead("/internal/revoked-sessions", GetRevokedSessions.Handle).AllowAnonymous().ExcludeFromDescription();
    }
}
