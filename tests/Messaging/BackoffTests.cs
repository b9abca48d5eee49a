using GoCart.BuildingBlocks.Messaging;

namespace GoCart.Tests.Messaging;

public sealed class BackoffTests
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(4);

    [Fact]
    public void Pauses_grow_and_stay_between_the_shortest_and_the_longest()
    {
        var pauses = Enumerable.Range(0, 1000).Select(tries => Backoff.After(tries, Shortest, Longest)).ToArray();

        Assert.All(pauses, pause => Assert.InRange(pause, Shortest, Longest));
        Assert.InRange(pauses[0], Shortest, 2 * Shortest);
        Assert.InRange(pauses.Skip(10).Max(), Longest * 0.9, Longest);
    }

    [Fact]
    public void After_a_success_it_begins_anew()
    {
        var backoff = new Backoff(Shortest, Longest);
        Assert.True(backoff.IsReset);

        for (var tries = 0; tries < 10; tries++)
            backoff.Next();

        Assert.False(backoff.IsReset);
        backoff.Reset();
        Assert.True(backoff.IsReset);
        Assert.InRange(backoff.Next(), Shortest, 2 * Shortest);
    }
}
