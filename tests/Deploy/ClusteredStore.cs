using GoCart.AppHost.Local;
using GoCart.Operator;
using GoCart.Tests.Infrastructure;
using GoCart.Tests.Operator;

namespace GoCart.Tests.Deploy;

/// <summary>A store whose broker is a cluster of three nodes, all known to its services.</summary>
public sealed class ClusteredStore(LocalServers servers) : OperatedStore(servers)
{
    private BrokerCluster? _cluster;

    private BrokerCluster Cluster => _cluster ?? throw new InvalidOperationException("The store has not been started.");

    /// <summary>The node that leads a queue dies, at once.</summary>
    /// <returns>Its place in the cluster, for <see cref="StartNodeAsync"/>.</returns>
    public async Task<int> KillLeaderOfAsync(string queue)
    {
        var leader = await Cluster.LeaderOfAsync(queue, CancellationToken.None);
        await Cluster.Nodes[leader].Process!.StopAsync(Signal.Kill, TimeSpan.Zero); // started in CreateVirtualHostAsync
        return leader;
    }

    public async Task StartNodeAsync(int node) => await Cluster.Nodes[node].StartAsync(CancellationToken.None);

    protected override async Task<TestVirtualHost> CreateVirtualHostAsync()
    {
        _cluster = await Servers.StartBrokerClusterAsync();
        return new TestVirtualHost(
            "/",
            user => user == RabbitDefinitions.Administrator ? _cluster.Nodes[0].AddressFor(user) : _cluster.AddressesFor(user),
            _cluster.StopAsync);
    }

    protected override Task<OperatorSettings> ReadOperatorSettingsAsync() =>
        Servers.OperatorSettingsOfAsync(Databases, VirtualHost, Cluster.Nodes[0]);
}
