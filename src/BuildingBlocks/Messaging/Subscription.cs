using GoCart.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>A queue of a service and the handler of its events.</summary>
internal abstract class Subscription(string service, string exchange, string type)
{
    public string Queue { get; } = Topology.QueueName(service, type);

    public string Exchange { get; } = exchange;

    public string Type { get; } = type;

    /// <summary>Whether this process gets the queue's messages now.</summary>
    public bool IsConsumed { get; set; }

    public string? BeforeCommit { get; init; }

    public string? AfterCommit { get; init; }

    /// <exception cref="RefusedMessageException">It can never be understood.</exception>
    public abstract object Read(ReadOnlySpan<byte> body);

    /// <param name="traceParent">The trace of the handling itself, if it is part of a message's; otherwise the messages' own count.</param>
    public abstract Task HandleAsync(
        IServiceProvider services, IReadOnlyList<Delivery> batch, string? traceParent,
        NpgsqlTransaction tx, CancellationToken cancellationToken);

    /// <summary>Tells the handler that its batch has committed.</summary>
    public abstract void Committed(IServiceProvider services);
}

internal sealed class Subscription<TEvent, THandler>(string service) : Subscription(service, TEvent.Exchange, TEvent.Type)
    where TEvent : class, IEvent
    where THandler : class, IEventHandler<TEvent>
{
    public override object Read(ReadOnlySpan<byte> body) => EventReader.Read<TEvent>(body);

    public override Task HandleAsync(
        IServiceProvider services, IReadOnlyList<Delivery> batch, string? traceParent,
        NpgsqlTransaction tx, CancellationToken cancellationToken)
    {
        var received = batch
            .Select(delivery => new Received<TEvent>((TEvent)delivery.Event, traceParent ?? delivery.TraceParent))
            .ToArray();
        return services.GetRequiredService<THandler>().HandleAsync(received, tx, cancellationToken);
    }

    public override void Committed(IServiceProvider services) => services.GetRequiredService<THandler>().Committed();
}
