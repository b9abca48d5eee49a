using System.Threading.RateLimiting;

namespace GoCart.Products.Catalog;

/// <summary>
/// Lets few searches run at a time. Each ranks every product that has its words; as many as come would take the database from
/// the reads that a checkout waits for.
/// </summary>
internal sealed class SearchLimit : IAsyncDisposable
{
    public const int Running = 2;
    public const int Waiting = 8;

    /// <summary>Of each of a search's statements.</summary>
    public static readonly TimeSpan StatementTimeout = TimeSpan.FromSeconds(1);

    private readonly ConcurrencyLimiter _limiter = new(new()
    {
        PermitLimit = Running,
        QueueLimit = Waiting,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Waits for its turn. The lease is not acquired if too many wait already; dispose it in any case.</summary>
    public ValueTask<RateLimitLease> EnterAsync(CancellationToken cancellationToken) =>
        _limiter.AcquireAsync(permitCount: 1, cancellationToken);

    public ValueTask DisposeAsync() => _limiter.DisposeAsync();
}
