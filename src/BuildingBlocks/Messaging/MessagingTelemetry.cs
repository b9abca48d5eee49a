using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>Traces and metrics of the outbox and of the consumers; both are named <see cref="Name"/>.</summary>
public static class MessagingTelemetry
{
    public const string Name = "GoCart.Messaging";

    private static readonly Meter Meter = new(Name);

    internal static ActivitySource Activities { get; } = new(Name);

    internal static Counter<long> Published { get; } = Meter.CreateCounter<long>(
        "gocart.outbox.published", "{message}", "Messages the broker confirmed (outcome=sent) or would not take (outcome=refused).");

    internal static Histogram<double> PublishDuration { get; } = Meter.CreateHistogram<double>(
        "gocart.outbox.publish.duration", "s", "From the first message of a batch to its last confirm.");

    internal static Gauge<long> Pending { get; } = Meter.CreateGauge<long>(
        "gocart.outbox.pending", "{message}", "Messages not sent yet, counted up to 100,000.");

    internal static Gauge<double> OldestPending { get; } = Meter.CreateGauge<double>(
        "gocart.outbox.oldest", "s", "Age of the oldest message not sent yet.");

    internal static Counter<long> Consumed { get; } = Meter.CreateCounter<long>(
        "gocart.consumer.messages", "{message}", "Messages by queue and outcome: handled, repeated, postponed, dead_lettered.");

    internal static Histogram<double> HandleDuration { get; } = Meter.CreateHistogram<double>(
        "gocart.consumer.batch.duration", "s", "From the begin to the commit of a batch's transaction.");

    internal static KeyValuePair<string, object?> Queue(string queue) => new("queue", queue);

    internal static KeyValuePair<string, object?> Outcome(string outcome) => new("outcome", outcome);
}
