using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>
/// The exchanges and queues of docs/events.md. Whoever sets up the broker makes the exchanges; each service declares its own
/// queues. Declaring them again changes nothing; declaring one with other arguments is refused by the broker, so a queue whose
/// arguments change needs a new name.
/// </summary>
public static class Topology
{
    public const string DeadLetters = "dead-letters";

    private static readonly Dictionary<string, object?> DeadQueueArguments = new() { ["x-queue-type"] = "quorum" };

    public static string QueueName(string service, string type) => $"{service}.{type}";

    public static string DeadQueueName(string queue) => $"{queue}.dead";

    /// <summary>
    /// Makes an exchange unless it is there, as it is where the broker was set up with <c>deploy/rabbitmq</c> or by AppHost. The
    /// right to declare is the right to delete, and nobody but the broker's administrator should have it.
    /// </summary>
    internal static async Task EnsureExchangeAsync(IConnection connection, string exchange, string type = ExchangeType.Topic)
    {
        if (await IsThereAsync(connection, channel => channel.ExchangeDeclarePassiveAsync(exchange)))
            return;

        await using var channel = await connection.CreateChannelAsync().WaitAsync(BrokerConnection.AnswerTimeout);
        await channel.ExchangeDeclareAsync(exchange, type, durable: true);
    }

    /// <summary>Declares a queue that gets one type of event, and the queue for those of its messages nobody can handle.</summary>
    /// <remarks>The dead-letter queue comes last: whoever sees it knows that the events' way to the queue is complete.</remarks>
    internal static async Task DeclareQueueAsync(IChannel channel, string queue, string exchange, string type)
    {
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, QueueArguments(queue));
        await channel.QueueBindAsync(queue, exchange, routingKey: type);

        var deadQueue = DeadQueueName(queue);
        await channel.QueueDeclareAsync(deadQueue, durable: true, exclusive: false, autoDelete: false, DeadQueueArguments);
        await channel.QueueBindAsync(deadQueue, DeadLetters, routingKey: queue);
    }

    /// <summary>Whether a service has declared its queue.</summary>
    internal static Task<bool> IsDeclaredAsync(IConnection connection, string queue) => IsThereAsync(connection, async channel =>
    {
        await channel.QueueDeclarePassiveAsync(queue);
        await channel.QueueDeclarePassiveAsync(DeadQueueName(queue));
    });

    /// <summary>Asking needs no right. On a channel of its own, for what is not there costs the channel.</summary>
    private static async Task<bool> IsThereAsync(IConnection connection, Func<IChannel, Task> ask)
    {
        await using var channel = await connection.CreateChannelAsync().WaitAsync(BrokerConnection.AnswerTimeout);
        try
        {
            await ask(channel);
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
