using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>
/// A queue's messages, as long as one channel lives. What arrived on it and was not acknowledged when it ends, the broker
/// delivers again, here or to another copy of the service.
/// </summary>
internal sealed partial class ConsumerSession : AsyncDefaultBasicConsumer, IDisposable
{
    private readonly Subscription _subscription;
    private readonly ILogger _logger;

    // Never holds more than the prefetch.
    private readonly Channel<Delivery> _arrived = System.Threading.Channels.Channel.CreateUnbounded<Delivery>(
        new() { SingleReader = true, SingleWriter = false });

    private ConsumerSession(IChannel channel, Subscription subscription, ILogger logger)
        : base(channel) =>
        (_subscription, _logger) = (subscription, logger);

    /// <summary>Why it ended, once it has.</summary>
    public string? EndReason { get; private set; }

    public bool IsOpen => Channel.IsOpen && !_arrived.Reader.Completion.IsCompleted;

    /// <summary>Declares the queue and starts to consume.</summary>
    public static async Task<ConsumerSession> StartAsync(
        IConnection connection, Subscription subscription, ushort prefetch, ILogger logger)
    {
        await Topology.EnsureExchangeAsync(connection, Topology.DeadLetters, ExchangeType.Direct);
        await Topology.EnsureExchangeAsync(connection, subscription.Exchange);
        var channel = await connection.CreateChannelAsync().WaitAsync(BrokerConnection.AnswerTimeout);
        var session = new ConsumerSession(channel, subscription, logger);

        try
        {
            await Topology.DeclareQueueAsync(channel, subscription.Queue, subscription.Exchange, subscription.Type);
            await channel.BasicQosAsync(prefetchSize: 0, prefetch, global: false);
            await channel.BasicConsumeAsync(subscription.Queue, autoAck: false, session);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Waits for a message, or for the time to pass; false once the channel is gone.</summary>
    public async Task<bool> WaitAsync(TimeSpan limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);

        try
        {
            return await _arrived.Reader.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return true;
        }
    }

    /// <summary>What is there by now; waits for no more.</summary>
    public IReadOnlyList<Delivery> Take(int limit)
    {
        var batch = new List<Delivery>();

        while (batch.Count < limit && _arrived.Reader.TryRead(out var delivery))
            batch.Add(delivery);

        return batch;
    }

    /// <param name="andAllBefore">One frame for the whole batch; only if nothing older is still open.</param>
    public async Task AckAsync(IReadOnlyList<Delivery> batch, bool andAllBefore)
    {
        if (andAllBefore)
        {
            await Channel.BasicAckAsync(batch[^1].Tag, multiple: true).AsTask().WaitAsync(BrokerConnection.AnswerTimeout);
            return;
        }

        foreach (var delivery in batch)
            await Channel.BasicAckAsync(delivery.Tag, multiple: false).AsTask().WaitAsync(BrokerConnection.AnswerTimeout);
    }

    /// <summary>Hands the message to the dead-letter queue.</summary>
    public async Task RejectAsync(ulong tag)
    {
        MessagingTelemetry.Consumed.Add(
            1, MessagingTelemetry.Queue(_subscription.Queue), MessagingTelemetry.Outcome("dead_lettered"));
        await Channel.BasicRejectAsync(tag, requeue: false).AsTask().WaitAsync(BrokerConnection.AnswerTimeout);
    }

    /// <summary>The client calls it for one message after the other, so a rejection is always sent before later messages are seen.</summary>
    public override async Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        try
        {
            EventReader.CheckType(properties, _subscription.Type);
            _arrived.Writer.TryWrite(new Delivery(
                deliveryTag,
                EventReader.ReadMessageId(properties),
                _subscription.Read(body.Span),
                EventReader.ReadTraceParent(properties)));
        }
        // Whatever reading throws is the message's fault: the same would happen every time.
        catch (Exception e)
        {
            LogRefused(_subscription.Queue, deliveryTag, e);
            await RejectAsync(deliveryTag);
        }
    }

    public override Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason)
    {
        EndReason ??= $"{reason.ReplyCode} {reason.ReplyText}";
        _arrived.Writer.TryComplete();
        return base.HandleChannelShutdownAsync(channel, reason);
    }

    /// <summary>Closes the channel: the broker gives what is not acknowledged to others.</summary>
    public void Dispose()
    {
        _arrived.Writer.TryComplete();

        // Its answer is not waited for: a broker that is frozen would keep us from connecting anew.
        if (Channel.IsOpen)
            _ = Channel.AbortAsync();
    }

    /// <summary>The broker ended the consumer, not the channel: only a new session, which declares the queue anew, gets messages again.</summary>
    protected override Task OnCancelAsync(string[] consumerTags, CancellationToken cancellationToken = default)
    {
        EndReason ??= "the queue was deleted";
        _arrived.Writer.TryComplete();
        return base.OnCancelAsync(consumerTags, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Delivery {Tag} of {Queue} can never be understood; it goes to the dead letters")]
    private partial void LogRefused(string queue, ulong tag, Exception error);
}
