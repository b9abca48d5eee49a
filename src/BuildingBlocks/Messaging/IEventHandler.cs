using GoCart.Contracts;
using Npgsql;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>What a service does when an event arrives. One instance serves all batches, one batch at a time.</summary>
/// <remarks>
/// Events arrive at least once and in any order, and come from several copies of their sender. A message that was handled
/// before is left out of the batch, but the same fact may come under another message id: let the effect tell too.
/// </remarks>
public interface IEventHandler<TEvent>
    where TEvent : class, IEvent
{
    /// <summary>
    /// Applies the events to this service's own database, and enqueues what follows from them. The whole batch, its inbox
    /// rows and everything enqueued commit together after this method returns; then the messages are acknowledged.
    /// </summary>
    /// <remarks>
    /// If it throws, everything is rolled back. A batch of several is then tried message by message, so one bad event
    /// cannot sink the others. An error that time may heal (deadlock, lock timeout, database away) is tried again without
    /// end; any other ends, after three tries, in the dead-letter queue. So does, after a quarter of an hour, what always takes too long.
    /// </remarks>
    /// <param name="batch">1 to <c>Messaging:HandleBatch</c> events that were not handled before, in the order they arrived.</param>
    /// <param name="tx">Never commit or roll it back; savepoints are welcome. No calls to other services while it is open.</param>
    /// <param name="cancellationToken">Cancelled only when the service has to stop and the time to finish is over.</param>
    Task HandleAsync(IReadOnlyList<Received<TEvent>> batch, NpgsqlTransaction tx, CancellationToken cancellationToken);

    /// <summary>
    /// Is called when a batch has committed, to tell those in this process who wait for it. A crash may come before it; what
    /// has to happen belongs into the batch.
    /// </summary>
    void Committed()
    {
    }
}

/// <summary>An event that arrived, read and checked.</summary>
/// <param name="TraceParent">W3C trace context of the cause; give it to <see cref="OutboxMessage.From"/> with a reply.</param>
public sealed record Received<TEvent>(TEvent Event, string? TraceParent)
    where TEvent : class, IEvent;
