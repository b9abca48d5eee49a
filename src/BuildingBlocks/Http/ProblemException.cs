using Microsoft.AspNetCore.Http.HttpResults;

namespace GoCart.BuildingBlocks.Http;

/// <summary>
/// Ends a request with a problem from a place that cannot return one, such as the binding of a parameter. Handlers return theirs.
/// </summary>
public sealed class ProblemException(ProblemHttpResult problem) : Exception(problem.ProblemDetails.Detail)
{
    public ProblemHttpResult Problem { get; } = problem;
}
