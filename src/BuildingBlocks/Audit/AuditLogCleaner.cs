using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GoCart.BuildingBlocks.Audit;

/// <summary>Removes rows of the audit log that are old enough, a few at a time: the addresses in them are not to be kept for ever.</summary>
/// <remarks>The service has no right to delete one; a function of the database does it, and decides what is old enough.</remarks>
public sealed class AuditLogCleaner(
    NpgsqlDataSource db, IOptions<AuditLogOptions> options, TimeProvider clock, ILogger<AuditLogCleaner> logger)
    : RecurringWork(TimeSpan.FromHours(1), clock, logger)
{
    private readonly TimeProvider _clock = clock;

    /// <summary>Removes all of them.</summary>
    internal async Task CleanAsync(CancellationToken cancellationToken)
    {
        while (await RemoveBatchAsync(cancellationToken) > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(100), _clock, cancellationToken);
    }

    protected override Task RunAsync(CancellationToken cancellationToken) => CleanAsync(cancellationToken);

    private Task<int> RemoveBatchAsync(CancellationToken cancellationToken) => db.QuerySingleOrDefaultAsync<int>(
        "select audit_log_remove_old(@RetentionDays)", new { options.Value.RetentionDays }, cancellationToken);
}
