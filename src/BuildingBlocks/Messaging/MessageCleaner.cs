using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>Removes old rows of outbox and inbox, a few at a time, and measures what the outbox holds. Unsent rows stay for ever.</summary>
internal sealed partial class MessageCleaner(
    OutboxTable outbox,
    NpgsqlDataSource db,
    IOptions<MessagingOptions> options,
    TimeProvider clock,
    ILogger<MessageCleaner> logger) : BackgroundService
{
    private const int RowsAtATime = 1000;

    private static readonly TimeSpan MeasureInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CleanInterval = TimeSpan.FromMinutes(10);

    private readonly TimeSpan _age = TimeSpan.FromDays(options.Value.RetentionDays);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(MeasureInterval, clock);
        // Not the same for all copies of a service: they are often started together.
        var nextClean = clock.GetUtcNow() + Random.Shared.NextDouble() * CleanInterval;

        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
                await MeasureAsync(stoppingToken);

                if (clock.GetUtcNow() < nextClean)
                    continue;

                nextClean = clock.GetUtcNow() + CleanInterval;
                await CleanAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Removes everything that is older than the retention.</summary>
    internal async Task CleanAsync(CancellationToken cancellationToken)
    {
        while (await outbox.RemoveSentAsync(_age, RowsAtATime, cancellationToken) == RowsAtATime)
            await PauseAsync(cancellationToken);

        while (await Inbox.RemoveOldAsync(db, _age, RowsAtATime, cancellationToken) == RowsAtATime)
            await PauseAsync(cancellationToken);
    }

    // Orders come first.
    private Task PauseAsync(CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(50), clock, cancellationToken);

    private async Task MeasureAsync(CancellationToken cancellationToken)
    {
        if (!MessagingTelemetry.Pending.Enabled)
            return;

        var (count, oldest) = await outbox.CountUnsentAsync(cancellationToken);
        MessagingTelemetry.Pending.Record(count);
        MessagingTelemetry.OldestPending.Record(oldest.TotalSeconds);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old messages could not be removed; the next try is in some minutes")]
    private partial void LogFailed(Exception error);
}
