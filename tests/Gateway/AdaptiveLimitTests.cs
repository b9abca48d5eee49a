extern alias GatewayService;
using GatewayService::GoCart.Gateway.Shedding;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

/// <summary>How many requests may be under way follows from how long the answers take.</summary>
public sealed class AdaptiveLimitTests
{
    private const int Most = 128;

    private static readonly TimeSpan Target = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(100);

    private readonly TestClock _clock = new();
    private readonly AdaptiveLimit _limit;

    public AdaptiveLimitTests() => _limit = new AdaptiveLimit(Target, Most, _clock);

    [Fact]
    public void A_burst_after_a_quiet_time_finds_all_places()
    {
        Assert.All(Enumerable.Range(0, Most), _ => Assert.True(_limit.TryEnter()));

        Assert.True(_limit.IsFull);
        Assert.False(_limit.TryEnter());
    }

    [Fact]
    public void Late_answers_cost_places_in_proportion()
    {
        Serve(100, TimeSpan.FromMilliseconds(62.5));
        Assert.Equal(80, _limit.Current);

        Serve(80, TimeSpan.FromMilliseconds(62.5));
        Assert.Equal(64, _limit.Current);
    }

    [Fact]
    public void However_late_the_answers_are_some_requests_get_through()
    {
        for (var i = 0; i < 20; i++) Serve(AdaptiveLimit.Fewest, TimeSpan.FromSeconds(10));

        Assert.Equal(AdaptiveLimit.Fewest, _limit.Current);
        Assert.True(_limit.TryEnter());
    }

    [Fact]
    public void Answers_in_time_give_the_places_back_one_by_one_while_they_are_used()
    {
        Serve(104, Late);
        Assert.Equal(52, _limit.Current);

        Serve(40, Quick);
        Assert.Equal(53, _limit.Current);

        // Hardly any were in use: what more of them would do, nobody knows.
        for (var i = 0; i < 20; i++)
        {
            Assert.True(_limit.TryEnter());
            _clock.Advance(Target);
            _limit.Leave(Quick);
        }
        Assert.Equal(53, _limit.Current);
    }

    [Fact]
    public void A_request_that_waits_on_purpose_says_nothing()
    {
        for (var i = 0; i < 20; i++)
        {
            Assert.True(_limit.TryEnter());
            _clock.Advance(TimeSpan.FromSeconds(10));
            _limit.Leave(waited: null);
        }

        Assert.Equal(Most, _limit.Current);
    }

    /// <summary>That many at once, all of them answered after that time, and the window closed.</summary>
    private void Serve(int count, TimeSpan time)
    {
        for (var i = 0; i < count; i++) Assert.True(_limit.TryEnter());
        for (var i = 1; i < count; i++) _limit.Leave(time);
        _clock.Advance(TimeSpan.FromSeconds(10));
        _limit.Leave(time);
    }
}
