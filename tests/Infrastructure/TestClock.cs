namespace GoCart.Tests.Infrastructure;

/// <summary>A clock that stands still until a test moves it. Timers and stopwatches run in real time, so that background work goes on.</summary>
public sealed class TestClock : TimeProvider
{
    private readonly Lock _gate = new();

    // Whole milliseconds: PostgreSQL keeps no more than microseconds.
    private DateTimeOffset _now = DateTimeOffset.FromUnixTimeMilliseconds(System.GetUtcNow().ToUnixTimeMilliseconds());

    private TimeSpan _advanced;

    public override long GetTimestamp()
    {
        lock (_gate)
            return base.GetTimestamp() + (long)(_advanced.TotalSeconds * TimestampFrequency);
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now;
    }

    public void Advance(TimeSpan time)
    {
        lock (_gate)
        {
            _now += time;
            _advanced += time;
        }
    }
}
