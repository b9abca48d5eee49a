using GoCart.Cli.Formats;

namespace GoCart.Cli.Api;

/// <summary>An error answer of the store (RFC 9457), as far as we read it.</summary>
/// <param name="Code">Stable, such as <c>insufficient_stock</c>; docs/problems.md lists them.</param>
/// <param name="Errors">JSON field name to what is wrong with it.</param>
/// <param name="Items">Those of the cart that stand in the way.</param>
internal sealed record Problem(
    string? Title, string? Detail, string? Code, Dictionary<string, string[]>? Errors, List<ProblemItem>? Items, string? TraceId)
{
    public static Problem Saying(string detail) => new(null, detail, null, null, null, null);
}

internal sealed record ProblemItem(Guid ProductId, string? Name, int? Requested, int? Available);

/// <summary>The store understood us and refused.</summary>
internal sealed class StoreProblemException(int status, Problem problem, TimeSpan? retryAfter)
    : CliException(ExitCodeOf(status), Sentence(status, problem), HintFor(status, problem.Code, retryAfter))
{
    public int Status => status;

    public string Code => problem.Code ?? "";

    public TimeSpan? RetryAfter => retryAfter;

    /// <summary>Not a refusal: the gateway or a service could not finish, and the request may or may not have had its effect.</summary>
    public bool IsUncertain => status is 502 or 503 or 504;

    public override IReadOnlyList<string> Details =>
    [
        .. from error in problem.Errors ?? []
           from message in error.Value
           // With one field in error, the sentence may say it already.
           where problem.Detail?.Contains(message, StringComparison.Ordinal) != true
           select SafeText.Line($"{error.Key}: {message}"),
        .. from item in problem.Items ?? []
           where item is { Requested: not null, Available: not null }
           select SafeText.Line($"{item.Name ?? item.ProductId.ToString()}: {item.Requested} wanted, {item.Available} in stock"),
        .. status >= 500 && problem.TraceId is { Length: > 0 } trace ? [SafeText.Line($"trace: {trace}")] : Array.Empty<string>(),
    ];

    private static int ExitCodeOf(int status) => status switch
    {
        401 => Cli.ExitCode.NotSignedIn,
        404 => Cli.ExitCode.NotFound,
        409 or 412 or 422 => Cli.ExitCode.Conflict,
        _ => Cli.ExitCode.Failed,
    };

    private static string Sentence(int status, Problem problem) =>
        SafeText.Line(problem.Detail ?? problem.Title) is { Length: > 0 } sentence
            ? sentence
            : $"The store refused with status {status}.";

    private static string? HintFor(int status, string? code, TimeSpan? retryAfter) => code switch
    {
        "unauthenticated" or "invalid_refresh_token" => "Sign in with: gocart login",
        "email_taken" => "Sign in with: gocart login",
        "forbidden" => "Your role does not permit it; see who you are with: gocart me",
        "cart_empty" => "Put something in with: gocart cart add PRODUCT",
        "price_changed" or "product_unavailable" or "insufficient_stock" => "See the cart as it is now with: gocart cart show",
        "order_not_found" => "See your orders with: gocart orders list",
        "product_not_found" => "See what is on sale with: gocart products list",
        _ when retryAfter is { } wait => $"Try again in {Math.Max(1, Math.Ceiling(wait.TotalSeconds))} s.",
        _ when status == 412 => "Somebody else changed it meanwhile; look at it again.",
        _ => null,
    };
}
