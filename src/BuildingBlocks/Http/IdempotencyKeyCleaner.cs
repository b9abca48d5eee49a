using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace GoCart.BuildingBlocks.Http;

/// <summary>Removes keys older than 24 h, a few at a time, so that it never holds up an order.</summary>
public sealed class IdempotencyKeyCleaner(NpgsqlDataSource db, TimeProvider clock, ILogger<IdempotencyKeyCleaner> logger)
    : RecurringWork(TimeSpan.FromMinutes(5), clock, logger)
{
    private const int BatchSize = 500;

    private readonly TimeProvider _clock = clock;

    /// <summary>Removes all of them.</summary>
    internal async Task CleanAsync(CancellationToken cancellationToken)
    {
        while (await DeleteBatchAsync(cancellationToken) == BatchSize)
            await Task.Delay(TimeSpan.FromMilliseconds(100), _clock, cancellationToken);
    }

    protected override Task RunAsync(CancellationToken cancellationToken) => CleanAsync(cancellationToken);

    private Task<int> DeleteBatchAsync(CancellationToken cancellationToken) => db.ExecuteAsync(
        """
        delete from idempotency_keys where (user_id, key) in (
            select user_id, key from idempotency_keys
            where created_at < now() - interval '24 hours'
            order by created_at limit @BatchSize for update skip locked)
        """,
        new { BatchSize }, cancellationToken);
}
