using System.Collections.Concurrent;
using System.Diagnostics;

namespace GoCart.Tests.Access;

/// <summary>The SQL that was run for one request, wherever: what its trace has from Npgsql.</summary>
internal sealed class Statements : IDisposable
{
    private readonly ConcurrentQueue<Activity> _seen = new();
    private readonly ActivityListener _listener;

    public Statements()
    {
        _listener = new()
        {
            // The others carry the trace to where the statement runs.
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore" or "System.Net.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId == TraceId ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = activity =>
            {
                if (activity.Source.Name == "Npgsql" && activity.TraceId == TraceId)
                    _seen.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public ActivityTraceId TraceId { get; } = ActivityTraceId.CreateRandom();

    /// <summary>For the request's <c>traceparent</c>.</summary>
    public string TraceParent => $"00-{TraceId}-{ActivitySpanId.CreateRandom()}-01";

    /// <summary>In the order in which they ended.</summary>
    public IReadOnlyList<string> Texts =>
    [
        .. _seen.Select(activity =>
            $"{activity.DisplayName}: {activity.GetTagItem("db.query.text") ?? activity.GetTagItem("db.statement")}"),
    ];

    public void Dispose() => _listener.Dispose();
}
