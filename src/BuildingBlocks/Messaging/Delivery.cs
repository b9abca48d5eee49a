namespace GoCart.BuildingBlocks.Messaging;

/// <summary>A message that arrived and was understood; not yet acknowledged.</summary>
/// <param name="tag">Names the delivery on its channel, and on no other.</param>
internal sealed class Delivery(ulong tag, Guid messageId, object @event, string? traceParent)
{
    public ulong Tag { get; } = tag;

    public Guid MessageId { get; } = messageId;

    public object Event { get; } = @event;

    public string? TraceParent { get; } = traceParent;

    /// <summary>The clock's timestamp when it failed alone for the first time.</summary>
    public long? FirstFailure { get; set; }

    /// <summary>How often it failed alone, for whatever reason.</summary>
    public int Tries { get; set; }

    /// <summary>How often it failed alone for a reason that lies in itself.</summary>
    public int Faults { get; set; }
}

/// <summary>A message that can never be understood. It goes to the dead-letter queue at once.</summary>
internal sealed class RefusedMessageException(string reason, Exception? inner = null) : Exception(reason, inner);
