using Xunit.Sdk;

namespace GoCart.Tests.Infrastructure;

/// <summary>Waits for a condition, with a limit, instead of sleeping for a guess.</summary>
public static class Eventually
{
    // Costs nothing as long as the tests pass: long enough for the slowest machine.
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(60);

    /// <summary>Tries the assertions again and again until they hold; after the limit their last failure is the test's.</summary>
    public static async Task AssertAsync(Func<Task> assertions, TimeSpan? limit = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await assertions();
                return;
            }
            catch (Exception e) when (e is IAssertionException or HttpRequestException
                && TimeProvider.System.GetElapsedTime(started) < (limit ?? DefaultLimit))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>The first value that is what it should be.</summary>
    public static async Task<T> GetAsync<T>(Func<Task<T>> get, Func<T, bool> isExpected, TimeSpan? limit = null)
    {
        T? last = default;
        await AssertAsync(async () =>
        {
            last = await get();
            Assert.True(isExpected(last), $"Still waiting; the last value was {last}.");
        }, limit);
        return last!; // assigned by the round that succeeded
    }
}
