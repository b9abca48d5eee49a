extern alias GatewayService;
using GatewayService::GoCart.Gateway.Limits;
using GoCart.BuildingBlocks.Http;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

public sealed class RequestCountsTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly TestClock _clock = new();

    [Fact]
    public void A_window_begins_with_the_first_request_and_each_key_has_its_own()
    {
        var counts = Counts(permits: 2);

        Assert.Equal((true, 1), Take(counts, "a"));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((true, 0), Take(counts, "a"));
        Assert.Equal((false, 0), Take(counts, "a"));
        Assert.Equal((true, 1), Take(counts, "b"));

        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((true, 1), Take(counts, "a"));
        Assert.Equal((true, 0), Take(counts, "b"));
    }

    [Fact]
    public void Who_is_refused_is_told_when_the_window_ends()
    {
        var counts = Counts(permits: 1);
        counts.Take("a");
        _clock.Advance(TimeSpan.FromSeconds(4));

        // The test's clock also runs by itself.
        Assert.InRange(counts.Take("a").Reset.TotalSeconds, 1, 6);
    }

    [Fact]
    public void Keys_that_do_not_come_back_are_forgotten()
    {
        var counts = Counts(permits: 1);
        for (var i = 0; i < 1000; i++)
            counts.Take($"{i}");

        _clock.Advance(Window);
        counts.Take("another");

        Assert.Equal(1, counts.Size);
    }

    [Fact]
    public void Many_at_once_get_what_there_is_and_no_more()
    {
        var counts = Counts(permits: 100);

        var granted = 0;
        Parallel.For(0, 1000, _ =>
        {
            if (counts.Take("a").IsGranted)
                Interlocked.Increment(ref granted);
        });

        Assert.Equal(100, granted);
    }

    private RequestCounts<string> Counts(int permits) => new(new RateLimitPolicy("tries", permits, Window), _clock);

    private static (bool IsGranted, int Remaining) Take(RequestCounts<string> counts, string key)
    {
        var allowance = counts.Take(key);
        return (allowance.IsGranted, allowance.Remaining);
    }
}
