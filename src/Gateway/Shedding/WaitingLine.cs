namespace GoCart.Gateway.Shedding;

/// <summary>
/// Who waits for a place, the first first: for a moment at most, and only while a place was to be had a moment ago. A service
/// that stood still for a moment (a collection of garbage, a disk, a lock) has a burst to answer afterwards, and answers it;
/// one that is asked for more than it can do would have a line that never ends, in which everybody waits in vain.
/// </summary>
/// <remarks>
/// It is the controlled delay of "Fail at Scale" (Ben Maurer, ACM Queue 13/8, 2015), with one time for both. Not safe for
/// several threads: <see cref="AdaptiveLimit"/> calls it under its lock.
/// </remarks>
/// <param name="longest">How many may stand in it.</param>
internal sealed class WaitingLine(int longest, TimeProvider clock)
{
    /// <summary>How long one waits, and after how long without a free place nobody does any more.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly Queue<Waiter> _waiters = new();
    private long? _lastAsked;
    private long _crowdedSince;

    /// <summary>To be asked whenever all places are taken: whether who comes now may wait for one.</summary>
    public bool IsOpen()
    {
        var now = clock.GetTimestamp();
        if (_lastAsked is not { } last || clock.GetElapsedTime(last, now) > Patience)
            _crowdedSince = now;
        _lastAsked = now;
        return clock.GetElapsedTime(_crowdedSince, now) < Patience && _waiters.Count < longest;
    }

    /// <returns>True as soon as <see cref="TryAdmit"/> has given a place; false after <see cref="Patience"/>, or when cancelled.</returns>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        var waiter = new Waiter();
        _waiters.Enqueue(waiter);
        return new(waiter.WaitAsync(clock, cancellationToken));
    }

    /// <summary>Gives a place to the first who still waits; false if nobody does.</summary>
    public bool TryAdmit()
    {
        while (_waiters.TryDequeue(out var waiter))
        {
            if (waiter.TrySetResult(true))
                return true;
        }
        return false;
    }

    private sealed class Waiter() : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public async Task<bool> WaitAsync(TimeProvider clock, CancellationToken cancellationToken)
        {
            await using var timer = clock.CreateTimer(GiveUp, this, Patience, Timeout.InfiniteTimeSpan);
            await using var cancellation = cancellationToken.UnsafeRegister(GiveUp, this);
            return await Task;
        }

        private static void GiveUp(object? waiter) => (waiter as Waiter)?.TrySetResult(false);
    }
}
