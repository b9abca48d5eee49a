using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>
/// Publishes what the outbox holds. Any number of relays may work on one outbox: a row is claimed by one of them, for the
/// time of its lease, and no transaction is open while the broker is asked.
/// </summary>
/// <remarks>
/// <code>
/// claim 500 rows → publish all, confirms in flight → mark those confirmed
///                  claim the next 500 meanwhile    → publish all           → mark
/// </code>
/// A crash between two steps leaves leased rows; they are claimed again when the lease ends, and go out a second time.
/// </remarks>
internal sealed partial class OutboxRelay(
    OutboxTable outbox,
    BrokerConnections broker,
    OutboxSignal signal,
    IEnumerable<Recipients> recipients,
    IOptions<MessagingOptions> options,
    TimeProvider clock,
    ILogger<OutboxRelay> logger) : BackgroundService
{
    // One is confirmed and marked while the next is claimed and published. A third gained nothing.
    private const int BatchesInFlight = 2;

    private static readonly TimeSpan ShortestChannel = TimeSpan.FromSeconds(1);

    private readonly BrokerConnection _broker = broker.Publishing;
    private readonly MessagingOptions _options = options.Value;
    private readonly ILookup<string, string> _queues = recipients
        .SelectMany(to => to.Queues, (to, queue) => (to.Type, queue))
        .ToLookup(pair => pair.Type, pair => pair.queue);

    // The longest pause and the time to connect make less than the 10 s in which publishing goes on.
    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(4));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ConnectAndPublishAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (_backoff.IsReset)
                    LogInterrupted(e);

                await Task.Delay(_backoff.Next(), clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception)
            {
                // Stopping, in whatever way that ended what was under way; what is not sent stays in the outbox.
                return;
            }
        }
    }

    private async Task ConnectAndPublishAsync(CancellationToken stoppingToken)
    {
        var connection = await _broker.OpenAsync(stoppingToken);

        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                using var publisher = await Publisher.OpenAsync(connection, _queues);
                await PublishAllAsync(publisher, stoppingToken);
            }
        }
        // A database that is away says nothing about the broker. A cancellation that is not ours is a time limit of the client.
        catch (Exception e) when (e is not NpgsqlException && !stoppingToken.IsCancellationRequested)
        {
            _broker.Drop(connection);
            throw;
        }
    }

    /// <summary>Returns when another channel is due.</summary>
    private async Task PublishAllAsync(Publisher publisher, CancellationToken stoppingToken)
    {
        var opened = clock.GetTimestamp();
        // A single message first: a broker that takes connections but no messages (alarm, disk full) gets one message
        // a try, not five hundred; and if a message closes the channel, this tells which.
        var limit = 1;
        var inFlight = new Queue<Task>();

        try
        {
            while (publisher.IsOpen && !IsDue() && !stoppingToken.IsCancellationRequested)
            {
                var rows = await outbox.ClaimAsync(limit, _options.Lease, stoppingToken);

                if (rows.Count > 0)
                    inFlight.Enqueue(PublishBatchAsync(publisher, rows));

                var moreWaits = rows.Count == limit;

                while (inFlight.Count >= (moreWaits && limit > 1 ? BatchesInFlight : 1))
                    await inFlight.Dequeue();

                _backoff.Reset();

                if (moreWaits)
                    limit = _options.PublishBatch;
                else
                    await signal.WaitAsync(_options.PollInterval, clock, stoppingToken);
            }

            if (!IsDue() && !stoppingToken.IsCancellationRequested)
                throw new BrokerException("The broker closed the channel.");
        }
        finally
        {
            // Each ends within its time limit, and settles its rows.
            await Task.WhenAll(inFlight).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // Not at once: a queue that is full denies every message, and the others go on over this channel.
        bool IsDue() => publisher.WasDenied && clock.GetElapsedTime(opened) > ShortestChannel;
    }

    private async Task PublishBatchAsync(Publisher publisher, IReadOnlyList<OutboxRow> rows)
    {
        var start = Stopwatch.GetTimestamp();
        var result = await publisher.PublishAsync(rows, _options.PublishTimeout, clock);
        MessagingTelemetry.PublishDuration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds);
        MessagingTelemetry.Published.Add(result.Sent.Count, MessagingTelemetry.Outcome("sent"));
        MessagingTelemetry.Published.Add(result.Refused.Count, MessagingTelemetry.Outcome("refused"));
        await outbox.SettleAsync(result.Sent, result.Refused, result.Unknown);

        if (result.Refused.Count > 0)
            LogRefused(result.Refused.Count, rows.First(row => row.Id == result.Refused[0]).Type, result.Error);

        if (result.Unknown.Count > 0)
            throw new BrokerException($"The broker did not confirm {result.Unknown.Count} messages.", result.Error);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Publishing was interrupted, and is tried again until it works; nothing is lost")]
    private partial void LogInterrupted(Exception error);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The broker would not take {Count} messages, among them one of type {Type}; each is tried again by itself")]
    private partial void LogRefused(int count, string type, Exception? error);
}
