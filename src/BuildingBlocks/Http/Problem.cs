using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace GoCart.BuildingBlocks.Http;

/// <summary>Makes the answers that say what went wrong: <c>application/problem+json</c>, RFC 9457.</summary>
/// <remarks>
/// Every answer has <c>type</c>, <c>title</c>, <c>status</c>, <c>detail</c>, <c>code</c> (stable, snake_case; docs/problems.md
/// lists all), <c>trace_id</c>, and <c>error</c>: the same sentence as <c>detail</c>, where the first clients look for it.
/// </remarks>
public static class Problem
{
    public const string ContentType = "application/problem+json";

    /// <summary>The header <c>WWW-Authenticate</c> of a 401 for an access token that is not good (RFC 6750, section 3.1).</summary>
    public const string InvalidToken = "Bearer error=\"invalid_token\"";

    /// <param name="detail">One sentence for the person who reads it; never a secret, never SQL.</param>
    /// <param name="extensions">Further members, named in snake_case.</param>
    public static ProblemHttpResult Create(
        int status, string code, string detail, IEnumerable<KeyValuePair<string, object?>>? extensions = null)
    {
        var problem = new ProblemDetails
        {
            Type = $"urn:gocart:problem:{code}",
            Title = Title(code),
            Status = status,
            Detail = detail,
        };
        problem.Extensions["code"] = code;
        problem.Extensions["trace_id"] = CurrentTraceId();
        problem.Extensions["error"] = detail;
        foreach (var (name, value) in extensions ?? [])
            problem.Extensions[name] = value;

        return TypedResults.Problem(problem);
    }

    /// <summary>400 <c>invalid_request</c>: the request cannot be understood, or breaks a rule of a single field.</summary>
    /// <param name="errors">JSON field names and what is wrong with each.</param>
    public static ProblemHttpResult InvalidRequest(string detail, IDictionary<string, string[]>? errors = null) => Create(
        StatusCodes.Status400BadRequest, "invalid_request", detail,
        errors is { Count: > 0 } ? [new("errors", errors)] : null);

    /// <summary>400 <c>invalid_request</c>: one parameter of the query breaks its rule.</summary>
    public static ProblemHttpResult InvalidParameter(string parameter, string detail) =>
        InvalidRequest(detail, new Dictionary<string, string[]> { [parameter] = [detail] });

    public static ProblemHttpResult Unauthenticated(string detail) =>
        Create(StatusCodes.Status401Unauthorized, "unauthenticated", detail);

    public static ProblemHttpResult Forbidden(string detail) =>
        Create(StatusCodes.Status403Forbidden, "forbidden", detail);

    /// <summary>503 <c>unavailable</c>; with <c>Retry-After</c>, which <see cref="ProblemMiddleware"/> adds.</summary>
    public static ProblemHttpResult Unavailable(string detail = "The service is not available for the moment; try again soon.") =>
        Create(StatusCodes.Status503ServiceUnavailable, "unavailable", detail);

    /// <summary>The answer for a status that the framework alone decided on.</summary>
    public static ProblemHttpResult ForStatus(int status) => status switch
    {
        400 => InvalidRequest("The request cannot be understood."),
        401 => Unauthenticated("Sign in and send the access token in the Authorization header."),
        403 => Forbidden("You may not do this."),
        404 => Create(status, "not_found", "There is no such route."),
        405 => Create(status, "method_not_allowed", "This route does not have that method; the Allow header names those it has."),
        408 => Create(status, "timeout", "The request took too long to arrive."),
        413 => Create(status, "payload_too_large", "The body is larger than 64 KiB."),
        414 => Create(status, "invalid_request", "The request line is too long."),
        415 => Create(status, "unsupported_media_type", "Send the body as application/json in UTF-8, not compressed."),
        429 => Create(status, "rate_limited", "Too many requests; wait as long as the Retry-After header says."),
        431 => Create(status, "invalid_request", "The headers are too large."),
        502 => Create(status, "unavailable", "The service behind the gateway did not answer properly; try again soon."),
        503 => Unavailable(),
        504 => Create(status, "timeout", "The service behind the gateway did not answer in time."),
        < 500 => InvalidRequest("The request cannot be understood."),
        _ => Create(status, "internal_error", "Something went wrong on our side; the trace_id helps to find out what."),
    };

    private static string CurrentTraceId() =>
        (Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom()).ToHexString();

    // The code says it already: "cart_empty" reads "Cart empty".
    private static string Title(string code) =>
        string.Create(CultureInfo.InvariantCulture, $"{char.ToUpperInvariant(code[0])}{code[1..].Replace('_', ' ')}");
}
