using GoCart.AppHost.Local;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Messaging;

/// <summary>With a broker of its own, because it is killed.</summary>
[Collection(MeasuresTime.Name)]
public sealed class KilledBrokerTests(LocalServers servers) : MessagingTests(servers)
{
    private RabbitServer? _broker;

    [Fact]
    public async Task A_broker_killed_at_work_loses_nothing_and_publishing_goes_on_within_10_s_of_its_return()
    {
        await Task.WhenAll(StartCopyAsync(), StartCopyAsync());
        await EnqueueAsync(3000);
        await Eventually.AssertAsync(async () => Assert.InRange((await EffectsAsync()).Count, 500, int.MaxValue));

        await _broker!.StopAsync(TimeSpan.Zero); // started when the test began
        await EnqueueAsync(1000);
        await _broker.StartAsync(Cancelled);
        await Eventually.AssertAsync(async () => Assert.InRange(await CountUnsentAsync(), 0, 999), TimeSpan.FromSeconds(10));

        await OpenChannelAsync();
        await AssertHandledOnceAsync(4000);
    }

    protected override async Task<TestVirtualHost> CreateVirtualHostAsync()
    {
        _broker = await Servers.StartRabbitAsync("killed-rabbitmq");
        return new TestVirtualHost("/", user => _broker.AddressFor(user), () => _broker.StopAsync(TimeSpan.Zero));
    }
}
