using GoCart.BuildingBlocks.Audit;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;
using GoCart.BuildingBlocks.OpenApi;
using GoCart.Users.Accounts;
using GoCart.Users.Audit;
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
            .WithDescription(
                "Makes a customer. E-mail addresses are trimmed, and compared without regard to ASCII case. How often "
                + "an hour it can be tried from one address is limited; 10 times unless the operator says otherwise.")
            .WithProblems(Problems.EmailTaken(), Problem.ForStatus(StatusCodes.Status429TooManyRequests));

        api.MapPost("/login", LogIn.Handle).AllowAnonymous().WithName("LogIn")
            .WithSummary("Sign in")
            .WithDescription(
                "Answers an access token for the Authorization header, and sets the cookie `refresh_token`, which renews it. "
                + "After five failures from one address the account waits there 1, 2, 4 and up to 60 s.")
            .WithProblems(
                Problems.InvalidCredentials(), Problems.AccountDisabled(), Problem.ForStatus(StatusCodes.Status429TooManyRequests));

        api.MapPost("/refresh", RefreshSession.Handle).AllowAnonymous().AddEndpointFilter(CrossSite.RefuseAsync)
            .WithName("RefreshSession").WithCookie(RefreshCookie.Name)
            .WithSummary("Renew the access token")
            .WithDescription(
                "Answers a new access token, and replaces the cookie. The cookie that was just replaced works for 10 s more, in "
                + "case the answer was lost; an older one ends the session. At most thirty times a minute.")
            .WithProblems(Problems.InvalidRefreshToken(), Problems.CrossSite(), Problem.ForStatus(StatusCodes.Status429TooManyRequests));

        api.MapPost("/revoke", RevokeSession.Handle).AllowAnonymous().AddEndpointFilter(CrossSite.RefuseAsync)
            .WithName("RevokeSession").WithCookie(RefreshCookie.Name)
            .WithSummary("Sign out")
            .WithDescription("Ends the session of the cookie and clears it; access tokens of the session are refused within 2 s.")
            .WithProblems(Problems.CrossSite());

        api.MapRead("/me", GetMe.Handle).RequireAuthorization(Policies.SignedIn).WithName("GetMe")
            .WithSummary("Show your account")
            .WithDescription("The account that the access token belongs to.");

        MapOwnAccount(api.MapGroup("/me").RequireAuthorization(Policies.SignedIn));
        MapAdministration(app.MapGroup("/admin").WithTags("Administration").RequireAuthorization(Policies.Admin));

        // For the other services; the gateway passes neither on.
        app.MapRead("/.well-known/jwks.json", GetSigningKeys.Handle).AllowAnonymous().ExcludeFromDescription();
        app.MapRead("/internal/revoked-sessions", GetRevokedSessions.Handle).AllowAnonymous().ExcludeFromDescription();
    }

    private static void MapOwnAccount(RouteGroupBuilder me)
    {
        me.MapDelete("", EraseAccount.Handle).WithName("EraseAccount")
            .WithSummary("Erase your account")
            .WithDescription(
                "For good: e-mail, password, sessions and cart. Orders stay, under an id that leads to nobody. Asks for the password.")
            .WithProblems(Problems.WrongPassword(), Problems.LastAdmin(), Problem.ForStatus(StatusCodes.Status429TooManyRequests));

        me.MapPost("/password", ChangePassword.Handle).WithName("ChangePassword")
            .WithSummary("Change your password")
            .WithDescription("Ends every other session of the account. A wrong old password counts like a failed sign-in.")
            .WithProblems(Problems.WrongPassword(), Problem.ForStatus(StatusCodes.Status429TooManyRequests));

        me.MapRead("/sessions", ListSessions.Handle).WithName("ListSessions")
            .WithSummary("List where you are signed in")
            .WithDescription("Newest first, those that can still be renewed.");

        me.MapDelete("/sessions", EndOwnSessions.HandleOthers).WithName("EndOtherSessions")
            .WithSummary("Sign out everywhere else")
            .WithDescription("Ends all of your sessions but the one that asks.");

        me.MapDelete("/sessions/{id}", EndOwnSessions.HandleOne).WithName("EndSession")
            .WithSummary("End one of your sessions")
            .WithDescription("Its access tokens are refused within 2 s. Ending it again changes nothing.")
            .WithProblems(Problems.SessionNotFound());
    }

    private static void MapAdministration(RouteGroupBuilder admin)
    {
        admin.MapRead("/users", ListAccounts.Handle).WithName("ListUsers").WithReadAudit(AuditActions.AccountsListed)
            .WithSummary("List or search the users")
            .WithDescription("Newest first; with `email` those whose address begins with it, in the order of the alphabet.");

        admin.MapRead("/users/{id}", GetAccount.Handle).WithName("GetUser").WithReadAudit(AuditActions.AccountRead)
            .WithSummary("Show a user")
            .WithDescription("With role and version; an account that was erased is not found.")
            .Produces(StatusCodes.Status304NotModified)
            .WithProblems(Problems.UserNotFound());

        admin.MapPatch("/users/{id}", UpdateAccount.Handle).WithName("UpdateUser")
            .WithSummary("Give a user a role, or disable the account")
            .WithDescription(
                "Ends the user's sessions, everywhere within 2 s. The last administrator can neither be disabled nor be made anything else.")
            .WithProblems(Problems.UserNotFound(), Problems.LastAdmin(), Problems.PreconditionFailed());

        admin.MapRead("/audit-log", ListAuditLog.Handle).WithName("ListAuditLog")
            .WithSummary("List what was done to the store, and who signed in")
            .WithDescription(
                "Of users, products and orders, newest first. Append-only. With `service` only of that one, also while another is away.");
    }
}
