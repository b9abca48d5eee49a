using GoCart.BuildingBlocks.Database;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace GoCart.BuildingBlocks.Http;

/// <summary>Removes keys older than 24 h, a few at a time, so that it never holds up an order.</summary>
public sealed partial class IdempotencyKeyCleaner(
    NpgsqlDataSource db, TimeProvider clock, ILogger<IdempotencyKeyCleaner> logger) : BackgroundService
{
    private const int BatchSize = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, clock, stoppingToken);
                await CleanAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task CleanAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await DeleteBatchAsync(cancellationToken) == BatchSize)
                await Task.Delay(TimeSpan.FromMilliseconds(100), clock, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(e.Message);
        }
    }

    internal Task<int> DeleteBatchAsync(CancellationToken cancellationToken) => db.ExecuteAsync(
        """
        delete from idempotency_keys where (user_id, key) in (
            select user_id, key from idempotency_keys
            where created_at < now() - interval '24 hours'
            order by created_at limit @BatchSize for update skip locked)
        """,
        new { BatchSize }, cancellationToken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old idempotency keys could not be removed; the next round will: {Reason}")]
    private partial void LogFailed(string reason);
}
