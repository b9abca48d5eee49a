extern alias GatewayService;
using GatewayService::GoCart.Gateway.Shedding;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

/// <summary>How many requests may be under way follows from how long the answers take.</summary>
public sealed class AdaptiveLimitTests
{
    private const int Fewest = 16;
    private const int Most = 128;

    /// <summary>In a window, for it to count.</summary>
    private const int FewestAnswers = 8;

    private static readonly TimeSpan Target = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(100);

    private readonly TestClock _clock = new();
    private readonly AdaptiveLimit _limit;

    public AdaptiveLimitTests() => _limit = new AdaptiveLimit(Target, Fewest, Most, _clock);

    [Fact]
    public void A_burst_after_a_quiet_time_finds_all_places()
    {
        TakePlaces(Most);

        Assert.False(EnterAsync().IsCompleted);
    }

    [Fact]
    public async Task Who_finds_no_place_gets_the_next_that_is_given_back_and_the_first_comes_first()
    {
        TakePlaces(Most);
        var first = EnterAsync();
        var second = EnterAsync();

        _limit.Leave(Quick);
        Assert.True(await first);
        Assert.False(second.IsCompleted);
        _limit.Leave(Quick);
        Assert.True(await second);
    }

    [Fact]
    public async Task Nobody_waits_for_longer_than_a_moment_and_a_place_is_not_given_to_who_has_left()
    {
        TakePlaces(Most);

        Assert.False(await EnterAsync());

        _limit.Leave(Quick);
        TakePlaces(1);
    }

    [Fact]
    public async Task Who_hangs_up_waits_no_longer()
    {
        TakePlaces(Most);
        using var hangUp = new CancellationTokenSource();
        var waiting = _limit.EnterAsync(hangUp.Token).AsTask();

        await hangUp.CancelAsync();

        Assert.False(await waiting);
    }

    [Fact]
    public async Task When_there_has_been_no_place_for_a_while_nobody_waits_until_there_are_some_again()
    {
        TakePlaces(Most);
        _ = EnterAsync();
        _clock.Advance(WaitingLine.Patience / 2);
        Assert.False(_limit.TurnsAway());
        _clock.Advance(WaitingLine.Patience / 2);

        Assert.True(_limit.TurnsAway());
        Assert.False(await EnterAsync());

        _clock.Advance(2 * WaitingLine.Patience);
        Assert.False(_limit.TurnsAway());
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
        for (var i = 0; i < 20; i++) Serve(Fewest, TimeSpan.FromSeconds(10));

        Assert.Equal(Fewest, _limit.Current);
        TakePlaces(1);
    }

    [Fact]
    public void Answers_in_time_give_the_places_back_one_by_one_while_they_are_used()
    {
        Serve(104, Late);
        Assert.Equal(52, _limit.Current);

        Serve(40, Quick);
        Assert.Equal(53, _limit.Current);
    }

    [Fact]
    public void When_hardly_a_place_is_in_use_all_come_back_soon()
    {
        for (var i = 0; i < 20; i++) Serve(Fewest, TimeSpan.FromSeconds(10));

        var windows = 0;
        for (; _limit.Current < Most; windows++) Serve(FewestAnswers, Quick);

        Assert.InRange(windows, 2, 20);
    }

    [Fact]
    public void A_request_that_waits_on_purpose_says_nothing()
    {
        for (var i = 0; i < 20; i++)
        {
            TakePlaces(1);
            _clock.Advance(TimeSpan.FromSeconds(10));
            _limit.Leave(waited: null);
        }

        Assert.Equal(Most, _limit.Current);
    }

    private Task<bool> EnterAsync() => _limit.EnterAsync(CancellationToken.None).AsTask();

    private void TakePlaces(int count) =>
        Assert.All(Enumerable.Range(0, count), _ => Assert.True(EnterAsync() is { IsCompletedSuccessfully: true, Result: true }));

    /// <summary>That many at once, all of them answered after that time, and the window closed.</summary>
    private void Serve(int count, TimeSpan time)
    {
        TakePlaces(count);
        for (var i = 1; i < count; i++) _limit.Leave(time);
        _clock.Advance(TimeSpan.FromSeconds(10));
        _limit.Leave(time);
    }
}
