using System.Diagnostics;

namespace GoCart.Tests.Infrastructure;

/// <summary>Tests that demand an answer within a time, or count what the whole process does: they run while no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class MeasuresTime
{
    public const string Name = nameof(MeasuresTime);

    /// <summary>As soon as promised, and no later: nothing else runs meanwhile.</summary>
    public static void AssertWithin(TimeSpan promise, long started) =>
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, promise);
}
