using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>
/// The exchanges and queues of docs/events.md. Declaring them again changes nothing; declaring one with other arguments
/// is refused by the broker, so a queue whose arguments change needs a new name.
/// </summary>
public static class Topology
{
    public const string DeadLetters = "dead-letters";

    private static readonly Dictionary<string, object?> DeadQueueArguments = new() { ["x-queue-type"] = "quorum" };

    public static string QueueName(string service, string type) => $"{service}.{type}";

    public static string DeadQueueName(string queue) => $"{queue}.dead";

    internal static Task DeclareExchangeAsync(IChannel channel, string exchange) =>
        channel.ExchangeDeclareAsync(exchange, ExchangeType.Topic, durable: true);

    /// <summary>Declares a queue that gets one type of event, and the queue for those of its messages nobody can handle.</summary>
    /// <remarks>The dead-letter queue comes last: whoever sees it knows that the events' way to the queue is complete.</remarks>
    internal static async Task DeclareQueueAsync(IChannel channel, string queue, string exchange, string type)
    {
        await channel.ExchangeDeclareAsync(DeadLetters, ExchangeType.Direct, durable: true);
        await DeclareExchangeAsync(channel, exchange);
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, QueueArguments(queue));
        await channel.QueueBindAsync(queue, exchange, routingKey: type);

        var deadQueue = DeadQueueName(queue);
        await channel.QueueDeclareAsync(deadQueue, durable: true, exclusive: false, autoDelete: false, DeadQueueArguments);
        await channel.QueueBindAsync(deadQueue, DeadLetters, routingKey: queue);
    }

    /// <summary>Whether a service has declared its queue. Asking needs no right to the queue.</summary>
    internal static async Task<bool> IsDeclaredAsync(IConnection connection, string queue)
    {
        // A queue that is not there costs the channel.
        await using var channel = await connection.CreateChannelAsync().WaitAsync(BrokerConnection.AnswerTimeout);
        try
        {
            await channel.QueueDeclarePassiveAsync(queue);
            await channel.QueueDeclarePassiveAsync(DeadQueueName(queue));
            return true;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return false;
        }
    }

    // RabbitMQ before 4.0 has no default of its own for any of these.
    private static Dictionary<string, object?> QueueArguments(string queue) => new()
    {
        ["x-queue-type"] = "quorum",
        // A consumer that crashes returns all it had been handed out; the count must stand many crashes.
        ["x-delivery-limit"] = 100,
        // Dead-lettering at least once demands it. The queue has no length limit of its own: when its disk is full the broker
        // takes no more from anybody, and what is sent waits in the outboxes.
        ["x-overflow"] = "reject-publish",
        ["x-dead-letter-exchange"] = DeadLetters,
        ["x-dead-letter-routing-key"] = queue,
        ["x-dead-letter-strategy"] = "at-least-once",
    };
}
