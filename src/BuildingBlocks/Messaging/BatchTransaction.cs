using System.Diagnostics;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using Npgsql;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>Handles a batch in one transaction: its inbox rows, its effect and what it enqueues commit together, or not at all.</summary>
internal sealed class BatchTransaction(
    Subscription subscription, NpgsqlDataSource db, IServiceProvider services, OutboxSignal signal)
{
    public async Task RunAsync(IReadOnlyList<Delivery> batch, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        using var activity = StartActivity(batch);

        await using var connection = await db.ConnectAsync(cancellationToken);
        await using var tx = await connection.BeginTransactionAsync(cancellationToken);

        var added = await tx.BeginInboxAsync(subscription.Queue, batch.Select(delivery => delivery.MessageId), cancellationToken);
        // Remove, not Contains: the same message may be in the batch twice.
        var fresh = batch.Where(delivery => added.Remove(delivery.MessageId)).ToArray();

        if (fresh.Length > 0)
        {
            var traceParent = batch.Count == 1 ? activity?.Id : null;
            await subscription.HandleAsync(services, fresh, traceParent, tx, cancellationToken);
        }
        else
        {
            // They are acknowledged because of what an earlier commit did, which a standby may still have to confirm.
            await tx.WaitForStandbyAtCommitAsync(cancellationToken);
        }

        Hit(subscription.BeforeCommit);
        var hasMessages = tx.ForgetEnqueued();
        await tx.CommitConfirmedAsync(cancellationToken);
        Hit(subscription.AfterCommit);
        if (hasMessages)
            signal.Wake();
        subscription.Committed(services);

        var queue = MessagingTelemetry.Queue(subscription.Queue);
        MessagingTelemetry.HandleDuration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, queue);
        MessagingTelemetry.Consumed.Add(fresh.Length, queue, MessagingTelemetry.Outcome("handled"));
        MessagingTelemetry.Consumed.Add(batch.Count - fresh.Length, queue, MessagingTelemetry.Outcome("repeated"));
    }

    /// <summary>One message's handling is part of its trace; that of several belongs to none of theirs, and links to all.</summary>
    private Activity? StartActivity(IReadOnlyList<Delivery> batch)
    {
        if (!MessagingTelemetry.Activities.HasListeners())
            return null;

        var causes = batch
            .Select(delivery => ActivityContext.TryParse(delivery.TraceParent, null, isRemote: true, out var cause) ? cause : default)
            .ToArray();
        return MessagingTelemetry.Activities.StartActivity(
            ActivityKind.Consumer,
            batch.Count == 1 ? causes[0] : default,
            [
                new("messaging.system", "rabbitmq"),
                new("messaging.destination.name", subscription.Queue),
                new("messaging.batch.message_count", batch.Count),
            ],
            batch.Count == 1 ? [] : causes.Where(cause => cause != default).Select(cause => new ActivityLink(cause)),
            name: $"process {subscription.Type}");
    }

    private static void Hit(string? failpoint)
    {
        if (failpoint is not null)
            Failpoint.Hit(failpoint);
    }
}
