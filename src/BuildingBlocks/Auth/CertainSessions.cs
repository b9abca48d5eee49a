using Microsoft.AspNetCore.Authorization;

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
        return Task.CompletedTask;
    }
}
