using System.Text;
using Dapper;
using RabbitMQ.Client;

namespace GoCart.Faults.Store;

/// <summary>An event as it stands in an outbox.</summary>
internal sealed record StoredEvent(Guid MessageId, string Exchange, string Type, string Body);

/// <summary>Somebody who publishes what no service would: the same twice, in the wrong order, and rubbish.</summary>
internal sealed class EventPublisher : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private EventPublisher(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    public static async Task<EventPublisher> OpenAsync(FaultStore store)
    {
        var connection = await new ConnectionFactory { Uri = store.OperatorSettings.BrokerAddress }.CreateConnectionAsync();
        return new(connection, await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true)));
    }

    /// <param name="condition">Of the rows that are wanted, in SQL.</param>
    public static async Task<IReadOnlyList<StoredEvent>> ReadOutboxAsync(
        FaultStore store, string database, string condition, CancellationToken cancellationToken)
    {
        await using var connection = await store.ConnectAsync(database, cancellationToken);
        return (await connection.QueryAsync<StoredEvent>(
            $"select message_id, exchange, type, body::text from outbox where {condition} order by id")).AsList();
    }

    public Task PublishAsync(StoredEvent message, Guid? messageId = null) => PublishAsync(
        message.Exchange, message.Type, message.Type, (messageId ?? message.MessageId).ToString(), Encoding.UTF8.GetBytes(message.Body));

    public async Task PublishAsync(string exchange, string routingKey, string type, string messageId, ReadOnlyMemory<byte> body) =>
        await _channel.BasicPublishAsync(
            exchange, routingKey, mandatory: true,
            new BasicProperties { Persistent = true, MessageId = messageId, Type = type, ContentType = "application/json" }, body);

    public Task<uint> CountAsync(string queue) => _channel.MessageCountAsync(queue);

    public Task PurgeAsync(string queue) => _channel.QueuePurgeAsync(queue);

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
