using System.Threading.RateLimiting;
using GoCart.BuildingBlocks.Auth;

namespace GoCart.Users.Accounts;

/// <summary>Hashes passwords, a few at a time: a storm of sign-ins neither eats the memory nor stops the shop.</summary>
/// <remarks>
/// One core stays free for everything else. Who finds a place in the queue waits about a quarter of a second at most; who
/// does not is asked to come back, which costs nothing.
/// </remarks>
internal sealed class PasswordHasher : IDisposable
{
    private static readonly int Workers = Math.Max(1, Environment.ProcessorCount - 1);
    private const int QueuePerWorker = 16;

    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = Workers,
        QueueLimit = Workers * QueuePerWorker,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    // Nobody's password. Made at start, so that it takes exactly as long as a real one.
    private readonly string _nobody = PasswordHash.Create(Guid.NewGuid().ToString());

    /// <summary>The hash of a new password, or null when too many are waiting.</summary>
    public async Task<string?> TryHashAsync(string password, CancellationToken cancellationToken)
    {
        using var permit = await _limiter.AcquireAsync(1, cancellationToken);
        return permit.IsAcquired ? PasswordHash.Create(password) : null;
    }

    /// <summary>Whether it is this password, or null when too many are waiting.</summary>
    /// <param name="hash">Null for an unknown account: that takes as long, and is always wrong.</param>
    public async Task<bool?> TryVerifyAsync(string? hash, string password, CancellationToken cancellationToken)
    {
        using var permit = await _limiter.AcquireAsync(1, cancellationToken);
        return permit.IsAcquired ? PasswordHash.Verify(hash ?? _nobody, password) && hash is not null : null;
    }

    public void Dispose() => _limiter.Dispose();
}
