using System.Collections.Concurrent;
using GoCart.BuildingBlocks.Http;

namespace GoCart.Gateway.Limits;

/// <summary>How often each address, or each user, has asked in a window that begins with its first request.</summary>
/// <remarks>What is over is forgotten once a window, so that memory holds no more than who came in the last two.</remarks>
internal sealed class RequestCounts<TKey>(RateLimitPolicy policy, TimeProvider clock)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Count> _counts = new();
    private long _cleanedAt = clock.GetTimestamp();

    public RateLimitPolicy Policy => policy;

    /// <summary>How many keys are remembered.</summary>
    internal int Size => _counts.Count;

    public Allowance Take(TKey key)
    {
        ForgetWhatIsOver();
        while (true)
        {
            var count = _counts.GetOrAdd(key, static (_, clock) => new Count(clock.GetTimestamp()), clock);
            lock (count)
            {
                // Forgotten between the look-up and the lock: the next look-up makes another.
                if (!count.IsForgotten)
                    return TakeOf(count);
            }
        }
    }

    private Allowance TakeOf(Count count)
    {
        var age = clock.GetElapsedTime(count.BeganAt);
        if (age >= policy.Window)
        {
            count.BeganAt = clock.GetTimestamp();
            count.Taken = 0;
            age = TimeSpan.Zero;
        }

        var reset = policy.Window - age;
        if (count.Taken == policy.Permits)
            return new(IsGranted: false, Remaining: 0, reset);

        count.Taken++;
        return new(IsGranted: true, policy.Permits - count.Taken, reset);
    }

    private void ForgetWhatIsOver()
    {
        var cleanedAt = Volatile.Read(ref _cleanedAt);
        if (clock.GetElapsedTime(cleanedAt) < policy.Window
            || Interlocked.CompareExchange(ref _cleanedAt, clock.GetTimestamp(), cleanedAt) != cleanedAt)
            return;

        foreach (var (key, count) in _counts)
        {
            lock (count)
            {
                if (clock.GetElapsedTime(count.BeganAt) < policy.Window)
                    continue;
                count.IsForgotten = true;
                _counts.TryRemove(key, out _);
            }
        }
    }

    private sealed class Count(long beganAt)
    {
        public long BeganAt { get; set; } = beganAt;

        public int Taken { get; set; }

        public bool IsForgotten { get; set; }
    }
}
