using GoCart.BuildingBlocks.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace GoCart.Tests.BuildingBlocks.Hosting;

public sealed class RecurringWorkTests
{
    [Fact]
    public async Task A_round_that_fails_is_followed_by_the_next()
    {
        var third = new TaskCompletionSource();
        var rounds = 0;
        using var work = new Work(_ =>
        {
            if (++rounds == 3)
                third.SetResult();
            throw new InvalidOperationException("This round fails.");
        });

        await work.StartAsync(CancellationToken.None);
        await third.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await work.StopAsync(CancellationToken.None);

        Assert.True(work.ExecuteTask?.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_stop_that_breaks_the_round_under_way_is_no_failure()
    {
        var underWay = new TaskCompletionSource();
        using var work = new Work(async cancellationToken =>
        {
            underWay.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new IOException("The connection is gone.");
        });

        await work.StartAsync(CancellationToken.None);
        await underWay.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await work.StopAsync(CancellationToken.None);

        Assert.True(work.ExecuteTask?.IsCompletedSuccessfully);
    }

    private sealed class Work(Func<CancellationToken, Task> round)
        : RecurringWork(TimeSpan.FromMilliseconds(5), TimeProvider.System, NullLogger.Instance)
    {
        protected override Task RunAsync(CancellationToken cancellationToken) => round(cancellationToken);
    }
}
