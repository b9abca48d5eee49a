using System.Diagnostics;
using System.Text;
using GoCart.BuildingBlocks.Http;

namespace GoCart.Gateway.Shedding;

/// <summary>
/// 503 <c>unavailable</c>, as <see cref="Problem.Unavailable"/> writes it but with everything prepared that can be: at ten times
/// what the store can serve, nine of ten answers are this one.
/// </summary>
internal static class BusyAnswer
{
    private static ReadOnlySpan<byte> BeforeTraceId =>
        """
        {"type":"urn:gocart:problem:unavailable","title":"Unavailable","status":503,"detail":"The store is busy; try again in a second.","code":"unavailable","trace_id":"
        """u8;

    private static ReadOnlySpan<byte> AfterTraceId =>
        """
        ","error":"The store is busy; try again in a second."}
        """u8;

    public static Task WriteAsync(HttpContext context)
    {
        var traceId = (Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom()).ToHexString();
        var response = context.Response;
        var length = BeforeTraceId.Length + traceId.Length + AfterTraceId.Length;
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.ContentType = Problem.ContentType;
        response.ContentLength = length;

        var body = response.BodyWriter.GetSpan(length);
        BeforeTraceId.CopyTo(body);
        Encoding.ASCII.GetBytes(traceId, body[BeforeTraceId.Length..]);
        AfterTraceId.CopyTo(body[(BeforeTraceId.Length + traceId.Length)..]);
        response.BodyWriter.Advance(length);
        return response.BodyWriter.FlushAsync(context.RequestAborted).AsTask();
    }
}
