using GoCart.AppHost.Running;

namespace GoCart.Tests.AppHost;

public sealed class RestartPolicyTests
{
    private static readonly TimeSpan shortLife = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan longLife = TimeSpan.FromMinutes(1);

    [Fact]
    public void The_pause_doubles_with_every_quick_death_and_the_fifth_is_the_last()
    {
        var policy = new RestartPolicy();

        var pauses = Enumerable.Range(0, RestartPolicy.MostQuickDeaths).Select(_ => policy.DelayAfter(shortLife)).ToList();

        Assert.Equal([0.2, 0.4, 0.8, 1.6, null], pauses.Select(pause => pause?.TotalSeconds));
    }

    [Fact]
    public void A_long_life_makes_quick_deaths_forgotten()
    {
        var policy = new RestartPolicy();
        for (var i = 0; i < RestartPolicy.MostQuickDeaths - 1; i++) policy.DelayAfter(shortLife);

        var afterLongLife = policy.DelayAfter(longLife);
        var afterShortLife = policy.DelayAfter(shortLife);

        Assert.Equal([0.2, 0.2], [afterLongLife?.TotalSeconds, afterShortLife?.TotalSeconds]);
    }
}
