using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace GoCart.BuildingBlocks.Auth;

/// <summary>
/// Staff routes are closed while it is unknown which sessions have ended: a revoked role must not survive a broken connection to
/// users. Customers are not affected.
/// </summary>
internal sealed class CertainSessions : IAuthorizationRequirement;

internal sealed class CertainSessionsHandler(SessionDenyList endedSessions) : AuthorizationHandler<CertainSessions>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, CertainSessions requirement)
    {
        if (endedSessions.IsCertain)
            context.Succeed(requirement);
        else if (context.Resource is HttpContext http)
            http.Features.Set(new UnmetCertainSessions());
        return Task.CompletedTask;
    }
}

/// <summary>Tells, with a request, why it is refused: what is known now may be known by the time it is answered.</summary>
internal sealed class UnmetCertainSessions;
