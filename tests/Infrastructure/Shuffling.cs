namespace GoCart.Tests.Infrastructure;

internal static class Shuffling
{
    /// <summary>In another order every time. A test that fails prints the seed, with which the order comes again.</summary>
    public static T[] Shuffle<T>(IEnumerable<T> items)
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"Shuffled with the seed {seed}.");
        T[] shuffled = [.. items];
        new Random(seed).Shuffle(shuffled);
        return shuffled;
    }
}
