using System.Diagnostics;
using GoCart.BuildingBlocks.Hosting;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>What became of a batch; by outbox id.</summary>
/// <param name="Sent">Confirmed: the broker has them on disk.</param>
/// <param name="Refused">Unroutable, or not taken for a reason that lies in the message.</param>
/// <param name="Unknown">The broker went away, or was silent too long: it may have them or not.</param>
/// <param name="Error">The first one, if anything is refused or unknown.</param>
internal sealed record PublishResult(List<long> Sent, List<long> Refused, List<long> Unknown, Exception? Error);

/// <summary>Publishes over one channel, many messages at a time, each of them confirmed by the broker.</summary>
internal sealed class Publisher : IDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly ILookup<string, string> _queues;

    // Exchanges and queues seen. Another connection asks anew: the broker may be another one.
    private readonly HashSet<string> _seen = [];

    private Publisher(IConnection connection, IChannel channel, ILookup<string, string> queues) =>
        (_connection, _channel, _queues) = (connection, channel, queues);

    public bool IsOpen => _channel.IsOpen;

    /// <summary>
    /// The broker has said no to a message though there was a queue for it. A channel that first sends to a queue in the moment in
    /// which its leading node dies is told so until that node is back, while others, made a moment later, find the new leader.
    /// </summary>
    public bool WasDenied { get; private set; }

    /// <param name="queues">By type of event, those that must exist before one of it is published.</param>
    public static async Task<Publisher> OpenAsync(IConnection connection, ILookup<string, string> queues)
    {
        // No limiter: the relay bounds what is in flight, and the client's own slows publishing down long before its limit.
        var options = new CreateChannelOptions(
            publisherConfirmationsEnabled: true,
            publisherConfirmationTrackingEnabled: true,
            outstandingPublisherConfirmationsRateLimiter: null);
        var channel = await connection.CreateChannelAsync(options).WaitAsync(BrokerConnection.AnswerTimeout);
        return new Publisher(connection, channel, queues);
    }

    /// <summary>Publishes all rows at once and waits for the confirms. Never throws.</summary>
    public async Task<PublishResult> PublishAsync(IReadOnlyList<OutboxRow> rows, TimeSpan timeout, TimeProvider clock)
    {
        Task[] confirms;

        try
        {
            await EnsureExchangesAsync(rows);
            var missing = await FindMissingQueuesAsync(rows.Select(row => row.Type).Distinct());
            confirms = [.. rows.Select(row => missing.TryGetValue(row.Type, out var queue)
                ? Task.FromException(new MissingQueueException(queue))
                : PublishAsync(row))];
        }
        catch (Exception e)
        {
            confirms = [.. rows.Select(_ => Task.FromException(e))];
        }

        Failpoint.Hit("relay.after_publish");

        await Task.WhenAll(confirms).WaitAsync(timeout, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        Failpoint.Hit("relay.after_confirm");
        return Sort(rows, confirms);
    }

    public void Dispose()
    {
        // Its answer is not waited for: a broker that is frozen would keep us from connecting anew.
        if (_channel.IsOpen)
            _ = _channel.AbortAsync();
    }

    /// <summary>A message to an exchange that does not exist would close the channel, and take its neighbours with it.</summary>
    private async Task EnsureExchangesAsync(IEnumerable<OutboxRow> rows)
    {
        foreach (var row in rows)
        {
            if (!_seen.Contains(row.Exchange))
            {
                await Topology.EnsureExchangeAsync(_connection, row.Exchange);
                _seen.Add(row.Exchange);
            }
        }
    }

    /// <summary>
    /// Types of which a queue is not there yet. The broker returns what no queue wants, but of two queues that should have the
    /// event it does not miss one: published before all have been declared, the event would be lost for the others.
    /// </summary>
    private async Task<Dictionary<string, string>> FindMissingQueuesAsync(IEnumerable<string> types)
    {
        var missing = new Dictionary<string, string>();
        foreach (var type in types)
        {
            foreach (var queue in _queues[type])
            {
                if (_seen.Contains(queue))
                    continue;
                if (await Topology.IsDeclaredAsync(_connection, queue))
                    _seen.Add(queue);
                else
                    missing[type] = queue;
            }
        }
        return missing;
    }

    private async Task PublishAsync(OutboxRow row)
    {
        using var activity = StartActivity(row);
        var properties = new BasicProperties
        {
            MessageId = row.MessageId.ToString(),
            Type = row.Type,
            Timestamp = new AmqpTimestamp(new DateTimeOffset(row.OccurredAt).ToUnixTimeSeconds()),
            ContentType = "application/json",
            Persistent = true,
        };

        if ((activity?.Id ?? row.TraceParent) is { } traceParent)
            properties.Headers = new Dictionary<string, object?> { ["traceparent"] = traceParent };

        // mandatory: the broker confirms a message that no queue wants, and throws it away, unless asked to return it.
        await _channel.BasicPublishAsync(row.Exchange, row.Type, mandatory: true, properties, row.Body, CancellationToken.None);
    }

    private static Activity? StartActivity(OutboxRow row)
    {
        if (!MessagingTelemetry.Activities.HasListeners())
            return null;

        ActivityContext.TryParse(row.TraceParent, traceState: null, isRemote: true, out var cause);
        return MessagingTelemetry.Activities.StartActivity($"send {row.Type}", ActivityKind.Producer, cause)
            ?.SetTag("messaging.system", "rabbitmq")
            .SetTag("messaging.destination.name", row.Exchange)
            .SetTag("messaging.message.id", row.MessageId);
    }

    private PublishResult Sort(IReadOnlyList<OutboxRow> rows, IReadOnlyList<Task> confirms)
    {
        List<long> sent = [], refused = [], unknown = [];
        Exception? error = null;

        foreach (var (row, confirm) in rows.Zip(confirms))
        {
            if (confirm.IsCompletedSuccessfully)
            {
                sent.Add(row.Id);
                continue;
            }

            var failure = confirm.Exception?.InnerException ?? new TimeoutException("The broker did not confirm in time.");
            error ??= failure;
            WasDenied |= failure is PublishException { IsReturn: false };
            (IsRefusal(failure, isAlone: rows.Count == 1) ? refused : unknown).Add(row.Id);
        }

        return new(sent, refused, unknown, error);
    }

    private bool IsRefusal(Exception error, bool isAlone) => error switch
    {
        // Returned as unroutable, or refused by its queue.
        PublishException or MissingQueueException => true,
        // Too long a name, say: the client cannot even write it down.
        ArgumentException => true,
        // The broker closed the channel, not the connection. It does so over a message, but does not say over which one.
        OperationInterruptedException { ShutdownReason.Initiator: ShutdownInitiator.Peer } => isAlone && _connection.IsOpen,
        _ => false,
    };
}

/// <summary>A service that must have the event has not been there yet.</summary>
internal sealed class MissingQueueException(string queue) : Exception($"There is no queue {queue} yet.");
