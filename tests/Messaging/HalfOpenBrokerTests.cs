using System.Diagnostics;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Messaging;

[Collection(MeasuresTime.Name)]
public sealed class HalfOpenBrokerTests(LocalServers servers) : MessagingTests(servers)
{
    [Fact]
    public async Task Connections_on_which_nothing_passes_any_more_are_dropped_and_publishing_goes_on_within_10_s()
    {
        await StartCopyAsync();
        await EnqueueAsync(10);
        await AssertHandledOnceAsync(10);

        BrokerLine.Abandon();
        var started = Stopwatch.GetTimestamp();
        await EnqueueAsync(100);
        await Eventually.AssertAsync(async () => Assert.Equal(0, await CountUnsentAsync()));

        MeasuresTime.AssertWithin(TimeSpan.FromSeconds(10), started);
        await AssertHandledOnceAsync(110);
    }
}
