using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;
using GoCart.BuildingBlocks.OpenApi;
using GoCart.Users.Accounts;
using GoCart.Users.Sessions;

namespace GoCart.Users;

/// <summary>Everything users answers to, and to whom.</summary>
internal static class Routes
{
    public static void MapUserRoutes(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api").WithTags("Users");

        api.MapPost("/users", RegisterUser.Handle).AllowAnonymous().WithName("RegisterUser")
            .WithSummary("Register")
            .WithDescription("Makes a customer. E-mail addresses are trimmed, and compared without regard to ASCII case.")
            .WithProblems(Problems.EmailTaken());

        api.MapPost("/login", LogIn.Handle).AllowAnonymous().WithName("LogIn")
            .WithSummary("Sign in")
            .WithDescription(
                "Answers an access token for the Authorization header, and sets the cookie `refresh_token`, which renews it. "
                + "After five failures from one address the account waits there 1, 2, 4 and up to 60 s.")
            .WithProblems(Problems.InvalidCredentials(), Problem.ForStatus(StatusCodes.Status429TooManyRequests));

        api.MapPost("/refresh", RefreshSession.Handle).AllowAnonymous().AddEndpointFilter(CrossSite.RefuseAsync)
            .WithName("RefreshSession").WithCookie(RefreshCookie.Name)
            .WithSummary("Renew the access token")
            .WithDescription(
                "Answers a new access token, and replaces the cookie. The cookie that was just replaced works for 10 s more, in "
                + "case the answer was lost; an older one ends the session.")
            .WithProblems(Problems.InvalidRefreshToken(), Problems.CrossSite());

        api.MapPost("/revoke", RevokeSession.Handle).AllowAnonymous().AddEndpointFilter(CrossSite.RefuseAsync)
            .WithName("RevokeSession").WithCookie(RefreshCookie.Name)
            .WithSummary("Sign out")
            .WithDescription("Ends the session of the cookie and clears it; access tokens of the session are refused within 2 s.")
            .WithProblems(Problems.CrossSite());

        api.MapRead("/me", GetMe.Handle).RequireAuthorization(Policies.SignedIn).WithName("GetMe")
            .WithSummary("Show your account")
            .WithDescription("The account that the access token belongs to.");

        // For the other services; the gateway passes neither on.
        app.MapRead("/.well-known/jwks.json", GetSigningKeys.Handle).AllowAnonymous().ExcludeFromDescription();
        app.MapRead("/internal/revoked-sessions", GetRevokedSessions.Handle).AllowAnonymous().ExcludeFromDescription();
    }
}
