using System.Net;

namespace GoCart.Faults.Load;

/// <summary>A request and what became of it. Times count from the start of the run.</summary>
/// <param name="Planned">When it should have been sent: a store that is late makes its own clients late.</param>
/// <param name="Status">Null: there was no answer.</param>
/// <param name="Code">Of the problem, for an error.</param>
/// <param name="Fault">What is wrong with the answer as such, whatever the store was going through.</param>
internal sealed record Exchange(
    Route Route, string Request, TimeSpan Planned, TimeSpan Sent, TimeSpan Answered, HttpStatusCode? Status, string? Code,
    string? Fault)
{
    public TimeSpan Duration => Answered - Sent;

    public TimeSpan Latency => Answered - Planned;

    public bool IsGood => Status is { } status && (int)status is >= 200 and < 300;

    /// <summary>The store could not serve it, and says so; the client may try again.</summary>
    public bool IsUnavailable => Status is null or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
        or HttpStatusCode.GatewayTimeout or HttpStatusCode.TooManyRequests;

    public override string ToString() =>
        $"{Sent.TotalSeconds:0.00} s {Request}: {(Status is { } status ? $"{(int)status}" : "no answer")} {Code} after {Duration.TotalMilliseconds:0} ms";
}
