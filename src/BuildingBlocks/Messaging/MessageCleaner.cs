using GoCart.BuildingBlocks.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>Removes old rows of outbox and inbox, a few at a time. Unsent rows stay for ever.</summary>
internal sealed class MessageCleaner(
    OutboxTable outbox, NpgsqlDataSource db, IOptions<MessagingOptions> options, TimeProvider clock, ILogger<MessageCleaner> logger)
    : RecurringWork(TimeSpan.FromMinutes(10), clock, logger)
{
    private const int RowsAtATime = 1000;

    private readonly TimeProvider _clock = clock;
    private readonly TimeSpan _age = TimeSpan.FromDays(options.Value.RetentionDays);

    /// <summary>Removes everything that is older than the retention.</summary>
    internal async Task CleanAsync(CancellationToken cancellationToken)
    {
        while (await outbox.RemoveSentAsync(_age, RowsAtATime, cancellationToken) == RowsAtATime)
            await PauseAsync(cancellationToken);

        while (await Inbox.RemoveOldAsync(db, _age, RowsAtATime, cancellationToken) == RowsAtATime)
            await PauseAsync(cancellationToken);
    }

    protected override Task RunAsync(CancellationToken cancellationToken) => CleanAsync(cancellationToken);

    // Orders come first.
    private Task PauseAsync(CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(50), _clock, cancellationToken);
}
