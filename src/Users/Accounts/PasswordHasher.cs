using System.Diagnostics;
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

    // Nobody's password. Hashed like a real one, so that looking at it takes exactly as long.
    private readonly string _nobody = PasswordHash.Create(Guid.NewGuid().ToString());

    /// <summary>The hash of a new password, or null when too many are waiting.</summary>
    public Task<string?> TryHashAsync(string password, CancellationToken cancellationToken) =>
        TryAsync(() => PasswordHash.Create(password), cancellationToken);

    /// <summary>Whether it is this password, or null when too many are waiting.</summary>
    /// <param name="hash">Null for an unknown account: that takes as long, and is always wrong.</param>
    public Task<bool?> TryVerifyAsync(string? hash, string password, CancellationToken cancellationToken) =>
        TryAsync<bool?>(() => PasswordHash.Verify(hash ?? _nobody, password) && hash is not null, cancellationToken);

    public void Dispose() => _limiter.Dispose();

    private async Task<T?> TryAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        var asked = Stopwatch.GetTimestamp();
        using var permit = await _limiter.AcquireAsync(1, cancellationToken);
        if (!permit.IsAcquired)
            return default;

        var result = work();
        UsersTelemetry.PasswordHashDuration.Record(Stopwatch.GetElapsedTime(asked).TotalSeconds);
        return result;
    }
}
