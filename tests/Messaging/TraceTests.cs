using System.Collections.Concurrent;
using System.Diagnostics;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts.Orders;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Messaging;

public sealed class TraceTests(LocalServers servers) : MessagingTests(servers)
{
    [Fact]
    public async Task A_trace_runs_through_the_broker_to_the_handler_and_on_to_its_reply()
    {
        using var request = new Activity("POST /api/orders").SetIdFormat(ActivityIdFormat.W3C).Start();
        request.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        using var recorder = new Recorder(request.TraceId);
        var reply = "";
        var copy = CreateCopy();
        copy.Handler.Before = (batch, _) =>
        {
            var cancelled = new OrderCancelled(batch[0].Event.OrderId, batch[0].Event.Items, "test", DateTimeOffset.UtcNow);
            reply = OutboxMessage.From(cancelled, batch[0].TraceParent).TraceParent;
            return Task.CompletedTask;
        };
        await EnqueueAsync(1);
        request.Stop();

        await copy.StartAsync();
        await AssertHandledOnceAsync(1);

        var send = await recorder.FindAsync("send order.created");
        var process = await recorder.FindAsync("process order.created");
        Assert.Equal((ActivityKind.Producer, request.SpanId), (send.Kind, send.ParentSpanId));
        Assert.Equal((ActivityKind.Consumer, send.SpanId), (process.Kind, process.ParentSpanId));
        Assert.Equal(process.Id, reply);
    }

    [Fact]
    public async Task The_handling_of_several_messages_belongs_to_no_trace_of_theirs_and_links_to_all()
    {
        var trace = ActivityTraceId.CreateRandom();
        using var recorder = new Recorder(trace);
        await DeclareQueueAsync();
        for (var i = 0; i < 20; i++)
        {
            var cause = new ActivityContext(trace, ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
            await PublishAsync(
                System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(NewOrder(), GoCart.Contracts.Json.Tolerant),
                properties => properties.Headers = new Dictionary<string, object?>
                {
                    ["traceparent"] = $"00-{cause.TraceId}-{cause.SpanId}-01",
                });
        }

        await StartCopyAsync();
        await AssertHandledOnceAsync(20);

        var batch = await recorder.FindAsync("process order.created", activity => activity.Links.Any());
        Assert.NotEqual(trace, batch.TraceId);
        Assert.All(batch.Links, link => Assert.Equal(trace, link.Context.TraceId));
        Assert.Equal(batch.GetTagItem("messaging.batch.message_count"), batch.Links.Count());
    }

    /// <summary>Collects what messaging records of one trace.</summary>
    private sealed class Recorder : IDisposable
    {
        private readonly ConcurrentQueue<Activity> _activities = new();
        private readonly ActivityListener _listener;

        public Recorder(ActivityTraceId traceId)
        {
            _listener = new()
            {
                ShouldListenTo = source => source.Name == MessagingTelemetry.Name,
                Sample = (ref options) => options.Parent.TraceId == traceId || options.Links?.Any(link => link.Context.TraceId == traceId) is true
                    ? ActivitySamplingResult.AllDataAndRecorded
                    : ActivitySamplingResult.None,
                ActivityStopped = _activities.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public async Task<Activity> FindAsync(string name, Func<Activity, bool>? isWanted = null) =>
            (await Eventually.GetAsync(
                () => Task.FromResult(_activities.FirstOrDefault(
                    activity => activity.OperationName == name && isWanted?.Invoke(activity) is not false)),
                activity => activity is not null))!; // just checked

        public void Dispose() => _listener.Dispose();
    }
}
