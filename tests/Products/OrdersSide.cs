using System.Collections.Concurrent;
using System.Text.Json;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using GoCart.Tests.Infrastructure;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace GoCart.Tests.Products;

/// <summary>The broker as the orders service sees it: sends its events, and gets the answers.</summary>
public sealed class OrdersSide : IAsyncDisposable
{
    private readonly ConcurrentQueue<object> _replies = new();
    private readonly ConcurrentDictionary<Guid, bool> _sent = new();
    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private OrdersSide(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    public IChannel Channel => _channel;

    /// <summary>Message ids of the events that products has to handle.</summary>
    public IEnumerable<Guid> Sent => _sent.Keys;

    public IReadOnlyCollection<object> Replies => _replies;

    public static async Task<OrdersSide> ConnectAsync(TestVirtualHost virtualHost, CancellationToken cancellationToken)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(virtualHost.Administrator) }.CreateConnectionAsync(cancellationToken);
        var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
        // Products does the same when it gets to it; what is sent before then waits here.
        await Topology.DeclareQueueAsync(channel, Topology.QueueName("products", OrderCreated.Type), OrderCreated.Exchange, OrderCreated.Type);
        await Topology.DeclareQueueAsync(channel, Topology.QueueName("products", OrderCancelled.Type), OrderCancelled.Exchange, OrderCancelled.Type);

        var side = new OrdersSide(connection, channel);
        await side.ConsumeAsync<StockReserved>(cancellationToken);
        await side.ConsumeAsync<StockRejected>(cancellationToken);
        return side;
    }

    /// <param name="messageId">Under which it has been sent before; by default a new one.</param>
    public Task SendAsync<TEvent>(TEvent @event, Guid? messageId = null) where TEvent : class, IEvent
    {
        var id = messageId ?? Guid.CreateVersion7();
        _sent[id] = true;
        return PublishAsync(TEvent.Type, JsonSerializer.SerializeToUtf8Bytes(@event, Json.Tolerant), id);
    }

    /// <summary>Sends what products cannot handle.</summary>
    public Task SendPoisonAsync(string type, byte[] body) => PublishAsync(type, body, Guid.CreateVersion7());

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task PublishAsync(string type, byte[] body, Guid messageId)
    {
        var properties = new BasicProperties
        {
            MessageId = messageId.ToString(),
            Type = type,
            ContentType = "application/json",
            Persistent = true,
        };
        await _channel.BasicPublishAsync(OrderCreated.Exchange, type, mandatory: true, properties, body, CancellationToken.None);
    }

    private async Task ConsumeAsync<TEvent>(CancellationToken cancellationToken) where TEvent : class, IEvent
    {
        var queue = Topology.QueueName("orders", TEvent.Type);
        await Topology.DeclareQueueAsync(_channel, queue, TEvent.Exchange, TEvent.Type);

        var consumer = new AsyncEventingBasicConsumer(_channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            _replies.Enqueue(JsonSerializer.Deserialize<TEvent>(delivery.Body.Span, Json.Tolerant)!); // products sends no null
            return Task.CompletedTask;
        };
        await _channel.BasicConsumeAsync(queue, autoAck: true, consumer, cancellationToken);
    }
}
