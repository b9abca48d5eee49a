namespace GoCart.BuildingBlocks.Messaging;

/// <summary>
/// Ever longer pauses between tries, up to a limit; each one random, so that copies of a service do not try in step.
/// </summary>
internal sealed class Backoff(TimeSpan shortest, TimeSpan longest)
{
    private int _tries;

    /// <summary>Nothing has failed since the last success: the moment to write a log line, and not at every try.</summary>
    public bool IsReset => _tries == 0;

    public TimeSpan Next() => After(_tries++, shortest, longest);

    public void Reset() => _tries = 0;

    /// <summary>The pause after <paramref name="triesBefore"/> earlier ones: at least the shortest, and random above it.</summary>
    public static TimeSpan After(int triesBefore, TimeSpan shortest, TimeSpan longest)
    {
        var limit = Math.Min(longest.TotalSeconds, shortest.TotalSeconds * Math.Pow(2, Math.Min(triesBefore + 1, 20)));
        return TimeSpan.FromSeconds(shortest.TotalSeconds + Random.Shared.NextDouble() * (limit - shortest.TotalSeconds));
    }
}
