namespace GoCart.Contracts;

/// <summary>A fact that one service tells the others over RabbitMQ; docs/events.md describes each.</summary>
public interface IEvent
{
    /// <summary>The topic exchange the event is published to.</summary>
    static abstract string Exchange { get; }

    /// <summary>The event's name: its routing key and its <c>type</c> property, such as <c>order.created</c>.</summary>
    static abstract string Type { get; }
}
