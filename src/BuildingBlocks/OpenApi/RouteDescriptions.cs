using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace GoCart.BuildingBlocks.OpenApi;

/// <summary>What Routes.cs says of a route beyond what its handler shows.</summary>
public static class RouteDescriptions
{
    /// <summary>
    /// The problems of the route itself. Those that follow from its policy, its body, its page or its idempotency key are known.
    /// </summary>
    public static TBuilder WithProblems<TBuilder>(this TBuilder builder, params ProblemHttpResult[] problems)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata([.. problems.Select(problem => new PossibleProblem(problem.ProblemDetails))]);

    /// <summary>A header that the handler reads by itself.</summary>
    public static TBuilder WithHeader<TBuilder>(this TBuilder builder, string name, string description, string example)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new HeaderDescription(name, description, example));

    /// <summary>The route knows its caller by a cookie, not by a token.</summary>
    public static TBuilder WithCookie<TBuilder>(this TBuilder builder, string name) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new CookieDescription(name));
}

internal sealed record PossibleProblem(ProblemDetails Problem);

internal sealed record HeaderDescription(string Name, string Description, string Example);

internal sealed record CookieDescription(string Name);
