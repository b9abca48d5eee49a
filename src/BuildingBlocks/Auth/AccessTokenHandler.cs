using System.Text.Encodings.Web;
using GoCart.BuildingBlocks.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace GoCart.BuildingBlocks.Auth;

/// <summary>Authenticates <c>Authorization: Bearer</c> (RFC 6750) and answers 401 and 403 as problems.</summary>
/// <remarks>Microsoft.AspNetCore.Authentication.JwtBearer would replace it; see docs/decisions/0002-packages.md.</remarks>
internal sealed partial class AccessTokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    AccessTokenValidator validator,
    SigningKeys keys,
    SessionDenyList endedSessions) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Bearer";

    private const string Prefix = SchemeName + " ";

    // From before the token was looked at: what is learnt meanwhile does not make a token bad that could not be checked.
    private bool _couldTell;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        _couldTell = keys.AreKnown && endedSessions.IsKnown;
        var header = Request.Headers.Authorization;
        if (header.Count == 0)
            return AuthenticateResult.NoResult();

        // Two headers: the next reader might look at the other one.
        if (header is not [{ } value] || !value.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.Fail("One Authorization header with a bearer token is expected.");

        var user = await validator.ValidateAsync(value.AsMemory(Prefix.Length), Context.RequestAborted);
        if (user is null)
            return AuthenticateResult.Fail("The access token is not valid.");

        Context.Features.Set(user);
        return AuthenticateResult.Success(new AuthenticationTicket(user.Principal, SchemeName));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var isSent = Request.Headers.Authorization.Count > 0;
        if (isSent && !_couldTell)
        {
            LogUnavailable(Logger, "the keys of access tokens, or the sessions that have ended, were not known yet");
            await Problem.Unavailable("Access tokens cannot be checked for the moment; try again soon.").ExecuteAsync(Context);
            return;
        }

        Response.Headers.WWWAuthenticate = isSent ? Problem.InvalidToken : SchemeName;
        await Problem.Unauthenticated(isSent
            ? "The access token is not valid, has expired, or its session has ended; sign in again."
            : "Sign in and send the access token in the Authorization header.").ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var user = Context.Features.Get<CurrentUser>();
        var isStaff = user is not null && Roles.Staff.Contains(user.Role);
        if (isStaff && Context.Features.Get<UnmetCertainSessions>() is not null)
        {
            LogUnavailable(Logger, "users has not said for 2 s which sessions have ended");
            return Problem.Unavailable("It cannot be checked for the moment whether you may still do this; try again soon.").ExecuteAsync(Context);
        }

        if (user is not null)
            LogForbidden(Logger, user.Id, user.Role, Request.Method, (Context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText);
        return Problem.Forbidden("Your role does not permit this.").ExecuteAsync(Context);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A request was answered 503, because {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string reason);

    /// <summary>Logs the route template, not the path, so that client input stays out of the log.</summary>
    [LoggerMessage(Level = LogLevel.Warning, Message = "User {UserId} with the role {Role} was refused {Method} {Route}")]
    private static partial void LogForbidden(ILogger logger, Guid userId, string role, string method, string? route);
}
