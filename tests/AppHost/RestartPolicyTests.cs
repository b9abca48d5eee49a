using GoCart.AppHost.Running;

namespace GoCart.Tests.AppHost;

public sealed class RestartPolicyTests
{
    private static readonly TimeSpan ShortLife = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongLife = TimeSpan.FromMinutes(1);

    [Fact]
    public void The_pause_doubles_with_every_quick_death_and_the_fifth_is_the_last()
    {
        var policy = new RestartPolicy();

        var pauses = Enumerable.Range(0, RestartPolicy.MostQuickDeaths).Select(_ => policy.DelayAfter(ShortLife)).ToList();

        Assert.Equal([0.2, 0.4, 0.8, 1.6, null], pauses.Select(pause => pause?.TotalSeconds));
    }

    [Fact]
    public void A_start_that_fails_counts_as_a_quick_death()
    {
        var policy = new RestartPolicy();

        var afterDeath = policy.DelayAfter(LongLife);
        var pauses = Enumerable.Range(0, RestartPolicy.MostQuickDeaths).Select(_ => policy.DelayAfterFailedStart()).ToList();

        Assert.Equal(0.2, afterDeath?.TotalSeconds);
        Assert.Equal([0.2, 0.4, 0.8, 1.6, null], pauses.Select(pause => pause?.TotalSeconds));
    }

    [Fact]
    public void A_long_life_makes_quick_deaths_forgotten()
    {
        var policy = new RestartPolicy();
        for (var i = 0; i < RestartPolicy.MostQuickDeaths - 1; i++)
            policy.DelayAfter(ShortLife);

        var afterLongLife = policy.DelayAfter(LongLife);
        var afterShortLife = policy.DelayAfter(ShortLife);

        Assert.Equal([0.2, 0.2], [afterLongLife?.TotalSeconds, afterShortLife?.TotalSeconds]);
    }
}
