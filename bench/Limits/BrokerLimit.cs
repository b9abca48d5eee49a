using System.Diagnostics;
using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace GoCart.Bench.Limits;

/// <summary>What the broker and its client can do with messages like ours.</summary>
internal static class BrokerLimit
{
    private const int Batch = 500;
    private const ushort Prefetch = 1000;
    private const int AckEvery = 100;

    private static readonly byte[] Body = Encoding.UTF8.GetBytes(new string('x', 480));

    private static readonly CreateChannelOptions Confirmed = new(
        publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true,
        outstandingPublisherConfirmationsRateLimiter: new ThrottlingRateLimiter(2 * Batch));

    /// <returns>Messages a second, published and consumed at the same time.</returns>
    public static async Task<double> RunAsync(string address, int messages)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(address) }.CreateConnectionAsync();
        await using var publishing = await OpenAsync(connection);
        await using var consuming = await connection.CreateChannelAsync();
        var queue = await DeclareAsync(publishing);

        var count = 0;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new AsyncEventingBasicConsumer(consuming);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            if (++count % AckEvery == 0)
                await consuming.BasicAckAsync(delivery.DeliveryTag, multiple: true);
            if (count == messages)
                done.SetResult();
        };
        await consuming.BasicQosAsync(0, Prefetch, global: false);
        await consuming.BasicConsumeAsync(queue, autoAck: false, consumer);

        var start = Stopwatch.GetTimestamp();
        for (var sent = 0; sent < messages; sent += Batch)
            await Task.WhenAll(Enumerable.Range(0, Batch).Select(_ => PublishAsync(publishing, queue)));
        await done.Task.WaitAsync(TimeSpan.FromSeconds(60));
        var elapsed = Stopwatch.GetElapsedTime(start);

        await publishing.QueueDeleteAsync(queue);
        return messages / elapsed.TotalSeconds;
    }

    public static async Task<string> DeclareAsync(IChannel channel)
    {
        var queue = $"bench-{Guid.NewGuid():N}";
        await channel.QueueDeclareAsync(
            queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        return queue;
    }

    public static Task<IChannel> OpenAsync(IConnection connection) => connection.CreateChannelAsync(Confirmed);

    public static Task PublishAsync(IChannel channel, string queue) => channel.BasicPublishAsync(
        "", queue, mandatory: true, new BasicProperties { Persistent = true, MessageId = Guid.NewGuid().ToString() }, Body).AsTask();
}
