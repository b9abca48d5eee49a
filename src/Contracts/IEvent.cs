namespace GoCart.Contracts;

/// <summary>A fact that one service tells the others over RabbitMQ; docs/events.md describes each.</summary>
public interface IEvent
{
    /// <summary>The topic exchange the event is published to.</summary>
    static abstract string Exchange { get; }

    /// <summary>The event's name: its routing key and its <c>type</c> property, such as <c>order.created</c>.</summary>
    static abstract string Type { get; }

    /// <summary>
    /// Says what cannot be true about the event, such as a quantity of 0; null if nothing. Asked before an event that arrived
    /// is handled: one with a fault goes to the dead letters.
    /// </summary>
    string? FindFault() => null;
}
