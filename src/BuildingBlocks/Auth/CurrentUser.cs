using System.Reflection;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace GoCart.BuildingBlocks.Auth;

/// <summary>Who sends the request: from the verified access token, and from nowhere else.</summary>
/// <remarks>
/// A class and not a record, so that no log can print the token by printing the user. It is made once for a token, and serves all
/// requests that come with it.
/// </remarks>
public sealed class CurrentUser(Guid id, string role, Guid sessionId, string accessToken) : IBindableFromHttpContext<CurrentUser>
{
    public Guid Id => id;

    /// <summary>One of <see cref="Roles"/>.</summary>
    public string Role => role;

    public Guid SessionId => sessionId;

    /// <summary>The Authorization header with the token itself, for calls to another service on behalf of the user.</summary>
    internal string Authorization { get; } = $"{AccessTokenHandler.SchemeName} {accessToken}";

    /// <summary>The same user as the framework's policies see it. One for all requests with the token; nobody changes it.</summary>
    internal ClaimsPrincipal Principal { get; } = new(new ClaimsIdentity(
        [new Claim("sub", id.ToString("D")), new Claim("role", role)], AccessTokenHandler.SchemeName, "sub", "role"));

    /// <exception cref="InvalidOperationException">The route lets anonymous requests in, and this is one.</exception>
    public static ValueTask<CurrentUser?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<CurrentUser?>(context.Features.Get<CurrentUser>()
            ?? throw new InvalidOperationException("A route whose handler takes the current user must require a signed-in user."));
}
