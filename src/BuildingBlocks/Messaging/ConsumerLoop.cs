using GoCart.BuildingBlocks.Database;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>
/// Handles what arrives in one session. Each round takes what is there, up to a batch, commits it and acknowledges it.
/// </summary>
/// <remarks>
/// When a batch fails:
/// <list type="bullet">
/// <item>the database is away: the same batch again, until it is back or the session has lasted too long without it;</item>
/// <item>otherwise its messages one by one, so that one bad or slow message does not sink its neighbours;</item>
/// <item>a message that fails alone is postponed, while others go on: without end if time may heal it (a lock), and to the
/// dead letters after three tries if not, or after a quarter of an hour of nothing but time limits.</item>
/// </list>
/// </remarks>
internal sealed partial class ConsumerLoop(
    ConsumerSession session,
    string queue,
    BatchTransaction transaction,
    NpgsqlDataSource db,
    MessagingOptions options,
    TimeProvider clock,
    ILogger logger)
{
    private const int MostFaults = 3;

    private static readonly TimeSpan HandleTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    // By the clock's timestamp of their next try, which nobody sets back. Bounded by the prefetch: they are still unacknowledged.
    private readonly PriorityQueue<Delivery, long> _postponed = new();

    /// <summary>Returns when the channel is gone or the service stops.</summary>
    /// <param name="finishToken">Ends the batch in hand, some time after <paramref name="stoppingToken"/> says that it is the last.</param>
    /// <exception cref="DatabaseAwayException">It was away too long, and still is.</exception>
    public async Task RunAsync(CancellationToken stoppingToken, CancellationToken finishToken)
    {
        while (await session.WaitAsync(UntilNextTry(), clock, stoppingToken))
        {
            await RetryDueAsync(stoppingToken, finishToken);
            var batch = session.Take(options.HandleBatch);

            if (batch.Count > 0)
                await HandleAsync(batch, stoppingToken, finishToken);

            stoppingToken.ThrowIfCancellationRequested();
        }
    }

    private TimeSpan UntilNextTry() => _postponed.TryPeek(out _, out var due)
        ? TimeSpan.FromTicks(Math.Max(0, clock.GetElapsedTime(clock.GetTimestamp(), due).Ticks))
        : Timeout.InfiniteTimeSpan;

    private async Task RetryDueAsync(CancellationToken stoppingToken, CancellationToken finishToken)
    {
        // Stops at the first that is in somebody's way: it took long, and fresh messages wait.
        while (_postponed.TryPeek(out var delivery, out var due)
            && due <= clock.GetTimestamp()
            && await HandleOneAsync(_postponed.Dequeue(), stoppingToken, finishToken))
        {
        }
    }

    private async Task HandleAsync(IReadOnlyList<Delivery> batch, CancellationToken stoppingToken, CancellationToken finishToken)
    {
        if (batch.Count > 1)
        {
            if (await TryAsync(batch, stoppingToken, finishToken) is not { } error)
            {
                await session.AckAsync(batch, andAllBefore: _postponed.Count == 0);
                return;
            }

            LogOneByOne(queue, batch.Count, error);
        }

        for (var i = 0; i < batch.Count; i++)
        {
            if (await HandleOneAsync(batch[i], stoppingToken, finishToken))
                continue;

            // Before all that had their turn: these have not been tried alone.
            _postponed.EnqueueRange(batch.Skip(i + 1), 0);
            return;
        }
    }

    /// <summary>Handles, postpones or rejects it; false if it had to wait for something, and others may have to as well.</summary>
    private async Task<bool> HandleOneAsync(Delivery delivery, CancellationToken stoppingToken, CancellationToken finishToken)
    {
        if (await TryAsync([delivery], stoppingToken, finishToken) is not { } error)
        {
            await session.AckAsync([delivery], andAllBefore: false);
            return true;
        }

        delivery.FirstFailure ??= clock.GetTimestamp();
        delivery.Tries++;
        // A busy database makes a message exceed the time limits for a while; one that always does is at fault itself.
        var isFault = Failures.KindOf(error) == Failure.Work
            || (Failures.KindOf(error) == Failure.Unclear
                && clock.GetElapsedTime(delivery.FirstFailure.Value) > options.SlowMessageLimit);

        if (isFault && ++delivery.Faults == MostFaults)
        {
            LogRejected(queue, delivery.MessageId, MostFaults, error);
            await session.RejectAsync(delivery.Tag);
            return true;
        }

        LogPostponed(queue, delivery.MessageId, error);
        MessagingTelemetry.Consumed.Add(1, MessagingTelemetry.Queue(queue), MessagingTelemetry.Outcome("postponed"));
        var pause = Backoff.After(delivery.Tries - 1, ShortestPause, LongestPause);
        _postponed.Enqueue(delivery, clock.GetTimestamp() + (long)(pause.TotalSeconds * clock.TimestampFrequency));
        return isFault;
    }

    /// <summary>Runs the transaction, again and again while the database is away. Returns what is wrong with the messages, if anything.</summary>
    private async Task<Exception?> TryAsync(
        IReadOnlyList<Delivery> batch, CancellationToken stoppingToken, CancellationToken finishToken)
    {
        var start = clock.GetTimestamp();
        var backoff = new Backoff(ShortestPause, LongestPause);

        for (var tries = 1; ; tries++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(finishToken);
            limit.CancelAfter(HandleTimeout);

            try
            {
                await transaction.RunAsync(batch, limit.Token);
                return null;
            }
            catch (Exception e) when (!finishToken.IsCancellationRequested)
            {
                var kind = Failures.KindOf(e);
                var isLong = clock.GetElapsedTime(start) > options.DatabaseAwayLimit;

                // Asked in any case: a connection that breaks under a handler can look like a fault of the handler.
                if (kind == Failure.Contention || await Inbox.AnswersAsync(db))
                {
                    if (kind != Failure.Database || isLong)
                        return e;
                }
                else if (isLong)
                {
                    throw new DatabaseAwayException(e);
                }

                // The broker has given its messages to others by now.
                if (!session.IsOpen)
                    throw;

                if (tries == 1)
                    LogDatabaseAway(queue, e);

                await Task.Delay(backoff.Next(), clock, stoppingToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database did not take a batch of {Queue}; it is tried again until it does")]
    private partial void LogDatabaseAway(string queue, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A batch of {Count} messages of {Queue} failed; they are handled one by one")]
    private partial void LogOneByOne(string queue, int count, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {MessageId} of {Queue} failed; it is tried again soon")]
    private partial void LogPostponed(string queue, Guid messageId, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Message {MessageId} of {Queue} failed {Times} times; it goes to the dead letters")]
    private partial void LogRejected(string queue, Guid messageId, int times, Exception error);
}

/// <summary>The database was away for too long to keep messages waiting for it.</summary>
internal sealed class DatabaseAwayException(Exception inner) : Exception("The database is away.", inner);
