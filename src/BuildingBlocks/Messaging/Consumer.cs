using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>Consumes one queue as long as the service runs, over as many sessions as that takes.</summary>
internal sealed partial class Consumer(
    Subscription subscription,
    BrokerConnections broker,
    NpgsqlDataSource db,
    OutboxSignal signal,
    IServiceProvider services,
    IOptions<MessagingOptions> options,
    TimeProvider clock,
    ILogger<Consumer> logger) : BackgroundService
{
    // For the batch in hand, when the service is asked to stop.
    private static readonly TimeSpan TimeToFinish = TimeSpan.FromSeconds(10);

    // A session that lasts is a success; one that ends at once will do so again.
    private static readonly TimeSpan LastingSession = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private readonly BrokerConnection _broker = broker.Consuming;
    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(4));
    private long? _loggedAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var finish = new CancellationTokenSource();
        await using var _ = stoppingToken.Register(() => finish.CancelAfter(TimeToFinish));

        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ConsumeAsync(stoppingToken, finish.Token);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                // Whatever was not acknowledged is delivered again.
                return;
            }
            catch (DatabaseAwayException e)
            {
                LogSuspended(subscription.Queue, e);
                await WaitForDatabaseAsync(stoppingToken);
                LogResumed(subscription.Queue);
            }
            catch (Exception e)
            {
                LogNowAndThen(e);
            }

            await PauseAsync(stoppingToken);
        }
    }

    private async Task ConsumeAsync(CancellationToken stoppingToken, CancellationToken finishToken)
    {
        var connection = await _broker.OpenAsync(stoppingToken);

        try
        {
            using var session = await ConsumerSession.StartAsync(connection, subscription, options.Value.Prefetch, logger);
            await RunAsync(session, stoppingToken, finishToken);
            throw new BrokerException($"The broker ended the session: {session.EndReason}.");
        }
        // It takes frames and does not answer: frozen, or cut off. A cancellation that is not ours is a time limit of the client.
        catch (Exception e) when (e is TimeoutException or OperationCanceledException && !stoppingToken.IsCancellationRequested)
        {
            _broker.Drop(connection);
            throw;
        }
    }

    private async Task RunAsync(ConsumerSession session, CancellationToken stoppingToken, CancellationToken finishToken)
    {
        var transaction = new BatchTransaction(subscription, db, services, signal);
        var loop = new ConsumerLoop(session, subscription.Queue, transaction, db, options.Value, clock, logger);
        var started = clock.GetTimestamp();
        LogConsuming(subscription.Queue);
        subscription.IsConsumed = true;

        try
        {
            await loop.RunAsync(stoppingToken, finishToken);
        }
        finally
        {
            subscription.IsConsumed = false;
            if (clock.GetElapsedTime(started) > LastingSession)
                _backoff.Reset();
        }
    }

    /// <summary>The first failure, and then one a minute as long as they go on.</summary>
    private void LogNowAndThen(Exception error)
    {
        if (!_backoff.IsReset && _loggedAt is { } last && clock.GetElapsedTime(last) < LogInterval)
            return;

        _loggedAt = clock.GetTimestamp();
        LogInterrupted(subscription.Queue, error);
    }

    private async Task WaitForDatabaseAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested && !await Inbox.AnswersAsync(db))
            await PauseAsync(stoppingToken);
    }

    private async Task PauseAsync(CancellationToken stoppingToken) =>
        await Task.Delay(_backoff.Next(), clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Queue} is being consumed")]
    private partial void LogConsuming(string queue);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Consuming {Queue} was interrupted, and is taken up again as soon as that works; nothing is lost")]
    private partial void LogInterrupted(string queue, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database is away: {Queue} is left to other copies of the service until it is back")]
    private partial void LogSuspended(string queue, Exception error);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database is back: {Queue} is consumed again")]
    private partial void LogResumed(string queue);
}
