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

    /// <summary>
    /// How much longer one takes than the other, as the median over pairs. The two of a pair follow on one another, so that
    /// whatever the machine, the compiler or a cache does meets both; medians of all would compare before with after.
    /// </summary>
    /// <param name="one">Takes the number of the try, and returns how long it took.</param>
    public static async Task<double> RatioAsync(int tries, Func<int, Task<TimeSpan>> one, Func<int, Task<TimeSpan>> other)
    {
        List<double> ones = [], others = [], ratios = [];
        for (var i = 0; i < tries; i++)
        {
            ones.Add((await one(i)).TotalMilliseconds);
            others.Add((await other(i)).TotalMilliseconds);
            ratios.Add(ones[^1] / others[^1]);
        }
        var ratio = Median(ratios);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"medians of {tries}: {Median(ones):0.000} and {Median(others):0.000} ms; of the ratios {ratio:0.000}");
        return ratio;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
