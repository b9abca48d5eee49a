using GoCart.BuildingBlocks.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GoCart.Users;

/// <summary>What users can answer besides success; docs/problems.md lists every code.</summary>
internal static class Problems
{
    public static ProblemHttpResult EmailTaken() => Problem.Create(
        StatusCodes.Status409Conflict, "email_taken", "There is already an account with this e-mail address.");

    /// <summary>The same for an unknown e-mail and a wrong password: accounts cannot be probed.</summary>
    public static ProblemHttpResult InvalidCredentials() => Problem.Create(
        StatusCodes.Status401Unauthorized, "invalid_credentials", "E-mail address or password is wrong.");

    public static ProblemHttpResult InvalidRefreshToken() => Problem.Create(
        StatusCodes.Status401Unauthorized, "invalid_refresh_token", "The session has ended; sign in again.");

    /// <param name="wait">Until it may be tried again.</param>
    public static ProblemHttpResult TooManyFailures(HttpResponse response, TimeSpan wait) =>
        RateLimited(response, wait, "Too many failed sign-ins; wait as long as the Retry-After header says.");

    /// <param name="wait">Until it may be tried again.</param>
    public static ProblemHttpResult TooManyRenewals(HttpResponse response, TimeSpan wait) =>
        RateLimited(response, wait, "The session was renewed too often; wait as long as the Retry-After header says.");

    /// <param name="wait">Until it may be tried again.</param>
    public static ProblemHttpResult TooManyPasswordChecks(HttpResponse response, TimeSpan wait) =>
        RateLimited(response, wait, "The password was asked for too often; wait as long as the Retry-After header says.");

    public static ProblemHttpResult TooManySignIns() =>
        Problem.Unavailable("Too many people are signing in at this moment; try again in a second.");

    public static ProblemHttpResult CrossSite() => Problem.Forbidden("Requests from another site are not accepted here.");

    /// <summary>Not 401: the access token is good, and renewing it would not help.</summary>
    public static ProblemHttpResult WrongPassword() => Problem.Create(
        StatusCodes.Status403Forbidden, "wrong_password", "The password is wrong.");

    /// <summary>Said only to who knows the password.</summary>
    public static ProblemHttpResult AccountDisabled() => Problem.Create(
        StatusCodes.Status403Forbidden, "account_disabled", "This account is disabled; ask the store.");

    public static ProblemHttpResult AccountChanged() =>
        Problem.Unavailable("The account was changed at this very moment; try again.");

    public static ProblemHttpResult SessionNotFound() => Problem.Create(
        StatusCodes.Status404NotFound, "session_not_found", "You have no such session.");

    public static ProblemHttpResult UserNotFound() => Problem.Create(
        StatusCodes.Status404NotFound, "user_not_found", "There is no such user.");

    public static ProblemHttpResult LastAdmin() => Problem.Create(
        StatusCodes.Status409Conflict, "last_admin",
        "This is the only administrator, and nobody could make another one; give the role to somebody else first.");

    public static ProblemHttpResult PreconditionFailed() => Problem.Create(
        StatusCodes.Status412PreconditionFailed, "precondition_failed",
        "The account has changed since you read it; read it again.");

    private static ProblemHttpResult RateLimited(HttpResponse response, TimeSpan wait, string detail)
    {
        response.Headers.RetryAfter = RateLimitPolicy.RetryAfter(wait);
        return Problem.Create(StatusCodes.Status429TooManyRequests, "rate_limited", detail);
    }

    public static ProblemHttpResult NoSuchAccount(HttpResponse response)
    {
        response.Headers.WWWAuthenticate = Problem.InvalidToken;
        return Problem.Unauthenticated("The account of this access token does not exist any more.");
    }
}
