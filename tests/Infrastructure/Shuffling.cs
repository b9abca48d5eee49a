using System.Globalization;

namespace GoCart.Tests.Infrastructure;

internal static class Shuffling
{
    /// <summary>Of a run that failed, to have its order again.</summary>
    private const string SeedVariable = "GOCART_TEST_SEED";

    /// <summary>In another order every time. A test that fails prints the seed.</summary>
    public static T[] Shuffle<T>(IEnumerable<T> items)
    {
        var seed = Environment.GetEnvironmentVariable(SeedVariable) is { } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"Shuffled with {SeedVariable}={seed}.");
        T[] shuffled = [.. items];
        new Random(seed).Shuffle(shuffled);
        return shuffled;
    }
}
