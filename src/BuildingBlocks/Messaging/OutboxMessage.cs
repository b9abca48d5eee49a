using System.Diagnostics;
using System.Text.Json;
using GoCart.Contracts;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>An event as it lies in the outbox, until the relay has published it.</summary>
/// <param name="MessageId">The same in every repetition: by it a consumer knows what it has handled.</param>
/// <param name="Type">The event's name, which is also its routing key.</param>
/// <param name="Body">JSON.</param>
/// <param name="TraceParent">W3C trace context of the request or message that caused the event.</param>
public sealed record OutboxMessage(Guid MessageId, string Exchange, string Type, string Body, string? TraceParent)
{
    /// <summary>Makes a message of an event, under a new message id.</summary>
    /// <param name="traceParent">
    /// The trace to continue; by default that of the current activity. An event handler gives its <see cref="Received{TEvent}.TraceParent"/>.
    /// </param>
    public static OutboxMessage From<TEvent>(TEvent @event, string? traceParent = null)
        where TEvent : class, IEvent
    {
        var body = JsonSerializer.Serialize(@event, Json.Tolerant);
        return new(Guid.CreateVersion7(), TEvent.Exchange, TEvent.Type, body, traceParent ?? Activity.Current?.Id);
    }
}
