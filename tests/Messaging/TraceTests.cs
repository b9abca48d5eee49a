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
                Sample = (ref options) => options.Parent.TraceId == traceId
                    ? ActivitySamplingResult.AllDataAndRecorded
                    : ActivitySamplingResult.None,
                ActivityStopped = _activities.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public async Task<Activity> FindAsync(string name) =>
            (await Eventually.GetAsync(
                () => Task.FromResult(_activities.FirstOrDefault(activity => activity.OperationName == name)),
                activity => activity is not null))!; // just checked

        public void Dispose() => _listener.Dispose();
    }
}
