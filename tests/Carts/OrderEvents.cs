using System.Text.Json;
using GoCart.Contracts;
using GoCart.Contracts.Orders;
using GoCart.Tests.Infrastructure;
using RabbitMQ.Client;

namespace GoCart.Tests.Carts;

/// <summary>Publishes events as the orders service does, and others as it never would: repeated, late, out of order.</summary>
internal sealed class OrderEvents : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private OrderEvents(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    public static async Task<OrderEvents> ConnectAsync(TestVirtualHost broker)
    {
        var connection = await new ConnectionFactory { Uri = new(broker.Orders) }.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync(new(
            publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        return new(connection, channel);
    }

    /// <summary>Returns when the broker has it in every queue it belongs to.</summary>
    public async Task PublishAsync(OrderCreated order, Guid? messageId = null)
    {
        var properties = new BasicProperties
        {
            MessageId = (messageId ?? Guid.CreateVersion7()).ToString("D"),
            Type = OrderCreated.Type,
            ContentType = "application/json",
            DeliveryMode = DeliveryModes.Persistent,
        };
        await _channel.BasicPublishAsync(
            OrderCreated.Exchange, OrderCreated.Type, mandatory: true, properties,
            JsonSerializer.SerializeToUtf8Bytes(order, Json.Tolerant));
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
