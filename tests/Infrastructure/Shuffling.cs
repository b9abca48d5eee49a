namespace GoCart.Tests.Infrastructure;

internal static class Shuffling
{
    /// <summary>In another order every time. A test that fails prints the seed.</summary>
    public static T[] Shuffle<T>(IEnumerable<T> items)
    {
        var seed = Seed.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"Shuffled with {Seed.Variable}={seed}.");
        T[] shuffled = [.. items];
        new Random(seed).Shuffle(shuffled);
        return shuffled;
    }
}
