using Microsoft.AspNetCore.Authorization;

namespace GoCart.BuildingBlocks.Auth;

/// <summary>
/// Of routes for staff: nobody is let in while it cannot be told which sessions have ended. Somebody whose role was taken away must
/// not go on with it because a cable is cut; customers go on shopping.
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
