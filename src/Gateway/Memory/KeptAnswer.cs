using System.Diagnostics;
using System.Text;
using GoCart.BuildingBlocks.Http;
using Microsoft.Extensions.Primitives;

namespace GoCart.Gateway.Memory;

/// <summary>An answer of a service, word by word; of a problem, all but the trace id, which is that of each request.</summary>
/// <param name="AskedAt">Timestamp of the moment before the service was asked: the answer is of then, or newer.</param>
/// <param name="Period">The count of changes at that moment.</param>
internal sealed record KeptAnswer(
    byte[] Body, StringValues ContentType, StringValues CacheControl, StringValues ETag, StringValues Link, long AskedAt, long Period)
{
    /// <summary>After that one request asks the service again, and the others still get what is kept.</summary>
    internal static readonly TimeSpan Fresh = TimeSpan.FromSeconds(0.4);

    /// <summary>After that nobody does: with the time an answer takes it makes less than a second.</summary>
    internal static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(0.8);

    private int _isAskedAnew;

    /// <summary>Where in the body of a 404 the trace id stands; null for an answer that has none, of status 200.</summary>
    private int? TraceIdAt { get; init; }

    public int Status => IsMissing ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;

    /// <summary>It says that what was asked for is not there.</summary>
    public bool IsMissing => TraceIdAt is not null;

    /// <summary>Null if this is an answer that must not be kept.</summary>
    public static KeptAnswer? Of(HttpResponse response, byte[] body, long askedAt, long period)
    {
        var headers = response.Headers;
        var answer = new KeptAnswer(body, headers.ContentType, headers.CacheControl, headers.ETag, headers.Link, askedAt, period);
        return response.StatusCode switch
        {
            StatusCodes.Status200OK => headers.CacheControl is [{ } storing] && storing.StartsWith("public", StringComparison.Ordinal)
                ? answer
                : null,
            StatusCodes.Status404NotFound => headers.ContentType is [{ } type] && type.StartsWith(Problem.ContentType, StringComparison.Ordinal)
                && FindTraceId(body) is { } at
                    ? answer with { TraceIdAt = at }
                    : null,
            _ => null,
        };
    }

    public bool IsFresh(TimeProvider clock) => clock.GetElapsedTime(AskedAt) < Fresh;

    public bool IsTooOld(TimeProvider clock) => clock.GetElapsedTime(AskedAt) >= MaxAge;

    /// <summary>True for the first who calls it: one request renews the answer, while the others still get this one.</summary>
    public bool TryRenew() => Interlocked.Exchange(ref _isAskedAnew, 1) == 0;

    /// <summary>Lets another request try: the one that should have renewed it has failed.</summary>
    public void GiveUpRenewing() => Volatile.Write(ref _isAskedAnew, 0);

    /// <summary>The body for the request that is answered now.</summary>
    public ReadOnlyMemory<byte> BodyNow()
    {
        if (TraceIdAt is not { } at)
            return Body;

        var body = Body.AsSpan().ToArray();
        Encoding.ASCII.GetBytes((Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom()).ToHexString(), body.AsSpan(at));
        return body;
    }

    /// <summary>The service has answered in the trace of this request: what stands there is known, and is not guessed.</summary>
    private static int? FindTraceId(byte[] body) =>
        Activity.Current is { } activity
        && body.AsSpan().IndexOf(Encoding.ASCII.GetBytes($"\"trace_id\":\"{activity.TraceId.ToHexString()}\"")) is >= 0 and var found
            ? found + "\"trace_id\":\"".Length
            : null;
}
