using GoCart.BuildingBlocks.Hosting;
using Microsoft.Extensions.Logging;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>Measures what the outbox holds, if anybody wants to know.</summary>
internal sealed class OutboxMeter(OutboxTable outbox, TimeProvider clock, ILogger<OutboxMeter> logger)
    : RecurringWork(TimeSpan.FromSeconds(10), clock, logger)
{
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!MessagingTelemetry.Pending.Enabled)
            return;

        var (count, oldest) = await outbox.CountUnsentAsync(cancellationToken);
        MessagingTelemetry.Pending.Record(count);
        MessagingTelemetry.OldestPending.Record(oldest.TotalSeconds);
    }
}
