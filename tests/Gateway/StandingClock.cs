namespace GoCart.Tests.Gateway;

/// <summary>However long the machine takes, no answer gets older than the test says.</summary>
internal sealed class StandingClock : TimeProvider
{
    private long _timestamp = System.GetTimestamp();

    public override long GetTimestamp() => Interlocked.Read(ref _timestamp);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _timestamp, (long)(time.TotalSeconds * TimestampFrequency));
}
