using GoCart.BuildingBlocks.Messaging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace GoCart.Operator.DeadLetters;

/// <summary>The messages that services could not handle: to look at, and to hand back once the cause is gone.</summary>
/// <remarks>
/// A message is never lost here, at worst it is there twice: it leaves a queue only after the broker has confirmed that the
/// other one has it. A message that is only looked at goes back when the channel closes, whatever ends it.
/// </remarks>
public sealed class DeadLetterQueues : IAsyncDisposable
{
    /// <summary>A broker from 4.0 on drops a message from a quorum queue the 21st time it comes back.</summary>
    private const int LooksBeforeRenewal = 10;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly IConnection _connection;
    private readonly OperatorSettings _settings;

    private DeadLetterQueues(IConnection connection, OperatorSettings settings) =>
        (_connection, _settings) = (connection, settings);

    /// <exception cref="OperatorException">The broker does not answer.</exception>
    public static async Task<DeadLetterQueues> ConnectAsync(OperatorSettings settings, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory
        {
            Uri = settings.BrokerAddress,
            ClientProvidedName = "gocart dead-letters",
            AutomaticRecoveryEnabled = false,
            RequestedConnectionTimeout = Timeout,
            ContinuationTimeout = Timeout,
        };
        return await SayingWhatIsWrongAsync(
            async () => new DeadLetterQueues(await factory.CreateConnectionAsync(cancellationToken), settings), cancellationToken);
    }

    /// <summary>All dead-letter queues, also the empty ones.</summary>
    /// <exception cref="OperatorException">The broker does not answer.</exception>
    public Task<IReadOnlyList<DeadLetterQueue>> ListAsync(CancellationToken cancellationToken) =>
        SayingWhatIsWrongAsync(() => ListQueuesAsync(cancellationToken), cancellationToken);

    /// <summary>The oldest messages of a queue, which stay where they are.</summary>
    /// <exception cref="NothingFoundException">There is no such queue.</exception>
    /// <exception cref="OperatorException">The broker does not answer.</exception>
    public Task<IReadOnlyList<DeadLetter>> ShowAsync(string queue, int limit, CancellationToken cancellationToken) =>
        SayingWhatIsWrongAsync(() => LookAtAsync(queue, limit, cancellationToken), cancellationToken);

    /// <summary>Hands messages back to the queue they come from: there they are handled like new ones, under their old ids.</summary>
    /// <param name="messageId">Only this one; null for all that are there now.</param>
    /// <returns>How many.</returns>
    /// <exception cref="NothingFoundException">There is no such queue, or no such message in it.</exception>
    /// <exception cref="OperatorException">The broker did not take one; it is still a dead letter.</exception>
    public Task<int> ReplayAsync(string queue, string? messageId, CancellationToken cancellationToken) =>
        SayingWhatIsWrongAsync(() => HandBackAsync(queue, messageId, cancellationToken), cancellationToken);

    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();

    private async Task<IReadOnlyList<DeadLetterQueue>> ListQueuesAsync(CancellationToken cancellationToken)
    {
        var virtualHost = new ConnectionFactory { Uri = _settings.BrokerAddress }.VirtualHost;
        var names = await QueueNames.ListAsync(_settings.ManagementAddress, virtualHost, cancellationToken);

        await using var channel = await OpenAsync(cancellationToken);
        var queues = new List<DeadLetterQueue>();
        foreach (var name in names)
        {
            var dead = await channel.QueueDeclarePassiveAsync(Topology.DeadQueueName(name), cancellationToken);
            var waiting = await channel.QueueDeclarePassiveAsync(name, cancellationToken);
            queues.Add(new(name, dead.MessageCount, waiting.MessageCount));
        }
        return queues;
    }

    private async Task<IReadOnlyList<DeadLetter>> LookAtAsync(string queue, int limit, CancellationToken cancellationToken)
    {
        await using var channel = await OpenAsync(cancellationToken);
        var letters = new List<DeadLetter>();
        await foreach (var message in GetAsync(channel, queue, limit, cancellationToken))
        {
            letters.Add(DeadLetterReader.Read(queue, message));
            await RenewAsync(channel, message, queue, cancellationToken);
        }
        return letters;
    }

    private async Task<int> HandBackAsync(string queue, string? messageId, CancellationToken cancellationToken)
    {
        await using var channel = await OpenAsync(cancellationToken);
        var count = 0;
        // Not more than are there at the beginning: what cannot be handled this time either comes back.
        await foreach (var message in GetAsync(channel, queue, int.MaxValue, cancellationToken))
        {
            if (messageId is not null && message.BasicProperties.MessageId != messageId)
            {
                await RenewAsync(channel, message, queue, cancellationToken);
                continue;
            }

            await MoveAsync(channel, message, queue, keepHistory: false, cancellationToken);
            count++;
        }

        return count > 0 || messageId is null
            ? count
            : throw new NothingFoundException($"There is no dead letter {messageId} in {queue}.");
    }

    /// <summary>Puts a fresh copy in the place of a message that has been looked at so often that the broker might drop it.</summary>
    private static async Task RenewAsync(
        IChannel channel, BasicGetResult message, string queue, CancellationToken cancellationToken)
    {
        if (DeadLetterReader.TimesLookedAt(message) >= LooksBeforeRenewal)
            await MoveAsync(channel, message, Topology.DeadQueueName(queue), keepHistory: true, cancellationToken);
    }

    /// <summary>A broker that is away, breaks off or refuses is a sentence for the operator.</summary>
    private static async Task<T> SayingWhatIsWrongAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work();
        }
        catch (BrokerUnreachableException e)
        {
            throw new OperatorException($"The broker does not answer: {e.InnerException?.Message ?? e.Message}", e);
        }
        // The client says by a cancellation that the broker has not answered in time.
        catch (Exception e) when (e is RabbitMQClientException or TimeoutException or IOException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new OperatorException($"The broker broke off or refused: {e.Message}", e);
        }
    }

    private async Task<IChannel> OpenAsync(CancellationToken cancellationToken) =>
        await _connection.CreateChannelAsync(
            new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);

    /// <summary>Takes messages out, unacknowledged, one by one.</summary>
    private static async IAsyncEnumerable<BasicGetResult> GetAsync(
        IChannel channel, string queue, int limit,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var deadQueue = Topology.DeadQueueName(queue);
        uint count;
        try
        {
            count = (await channel.QueueDeclarePassiveAsync(deadQueue, cancellationToken)).MessageCount;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == 404)
        {
            throw new NothingFoundException($"There is no dead-letter queue of {queue}.");
        }

        for (var left = Math.Min(count, (uint)limit); left > 0; left--)
        {
            if (await channel.BasicGetAsync(deadQueue, autoAck: false, cancellationToken) is not { } message)
                yield break;
            yield return message;
        }
    }

    /// <summary>Publishes a copy straight to a queue, and only when the broker has confirmed it lets the message go.</summary>
    /// <param name="keepHistory">Whether the copy tells how the message died.</param>
    private static async Task MoveAsync(
        IChannel channel, BasicGetResult message, string queue, bool keepHistory, CancellationToken cancellationToken)
    {
        var properties = new BasicProperties(message.BasicProperties) { Persistent = true };
        properties.Headers = properties.Headers?
            .Where(header => header.Key != "x-delivery-count" && (keepHistory || !IsHistory(header.Key)))
            .ToDictionary();
        try
        {
            // The exchange without a name routes to the queue with that name. No cancellation token: it would lose the confirm.
            await channel.BasicPublishAsync("", queue, mandatory: true, properties, message.Body, CancellationToken.None)
                .AsTask().WaitAsync(Timeout, cancellationToken);
        }
        catch (Exception e) when (e is PublishException or TimeoutException or AlreadyClosedException)
        {
            throw new OperatorException($"{queue} did not take the message, which stays a dead letter: {e.Message}", e);
        }
        await channel.BasicAckAsync(message.DeliveryTag, multiple: false, cancellationToken);
    }

    private static bool IsHistory(string header) =>
        header == "x-death" || header.StartsWith("x-first-death-", StringComparison.Ordinal)
        || header.StartsWith("x-last-death-", StringComparison.Ordinal);
}
