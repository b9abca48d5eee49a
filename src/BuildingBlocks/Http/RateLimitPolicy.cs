using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace GoCart.BuildingBlocks.Http;

/// <summary>
/// One limit on how often something may be asked for, and how answers tell of it: in the headers of the IETF draft "RateLimit
/// header fields for HTTP", on every answer that was counted and not only on a refusal, so that a client can slow down in time.
/// </summary>
/// <param name="name">As in the headers, such as <c>sign-ins</c>.</param>
/// <param name="permits">So many in a window.</param>
public sealed class RateLimitPolicy(string name, int permits, TimeSpan window)
{
    private const string PolicyHeader = "RateLimit-Policy";
    private const string LimitHeader = "RateLimit";

    private readonly string _policy = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={permits};w={window.TotalSeconds}");

    public int Permits => permits;

    public TimeSpan Window => window;

    /// <summary>Adds the headers when the answer begins, beside those of other limits: until then it may still be thrown away.</summary>
    public void Tell(HttpContext context, Allowance allowance)
    {
        context.Response.OnStarting(
            static state =>
            {
                var (response, policy, allowance) = ((HttpResponse, RateLimitPolicy, Allowance))state;
                response.Headers.Append(PolicyHeader, policy._policy);
                response.Headers.Append(LimitHeader, string.Create(
                    CultureInfo.InvariantCulture, $"\"{policy.Name}\";r={allowance.Remaining};t={Seconds(allowance.Reset)}"));
                return Task.CompletedTask;
            },
            (context.Response, this, allowance));

        if (!allowance.IsGranted)
            context.Response.Headers.RetryAfter = RetryAfter(allowance.Reset);
    }

    /// <summary>The header Retry-After of one who is refused and has to wait that long.</summary>
    public static string RetryAfter(TimeSpan wait) => Seconds(wait).ToString(CultureInfo.InvariantCulture);

    private string Name => name;

    /// <summary>Rounded up: who comes back after that many is let in.</summary>
    private static long Seconds(TimeSpan time) => Math.Max(1, (long)Math.Ceiling(time.TotalSeconds));
}

/// <param name="Remaining">How many more are granted in this window.</param>
/// <param name="Reset">Until the window ends.</param>
public readonly record struct Allowance(bool IsGranted, int Remaining, TimeSpan Reset);
