using GoCart.Faults.Store;
using GoCart.Tests.Infrastructure;

namespace GoCart.Faults.Catalogue;

/// <summary>
/// The node that leads the queue of new orders is lost to a broker of three: the other two go on. No request fails, and the time
/// of recovery counts from the loss, for no order may wait until the node is back. That it comes back is not to be noticed either.
/// </summary>
internal abstract class LostLeader : Fault
{
    private const string Queue = "products.order.created";

    private bool _flowsWithAll = true;
    private int _leader;

    public override Length Length => default;

    public override TimeSpan? Recovery => TimeSpan.FromSeconds(10);

    public override ServerSet Servers => ServerSet.BrokerCluster;

    public override string? WhyNot(FaultStore store) =>
        store.Servers.AreInstalled ? null : "a cluster is not made of containers";

    public override async Task InjectAsync(Scene scene)
    {
        _leader = await scene.Store.Servers.Cluster.LeaderOfAsync(Queue, scene.Cancelled);
        await LoseAsync(scene, _leader);
    }

    /// <summary>There is nothing to heal: the others have to find out.</summary>
    public override Task HealAsync(Scene scene) => Task.CompletedTask;

    public override async Task<TimeSpan?> WaitForRecoveryAsync(Scene scene, TimeSpan limit)
    {
        var back = await EventFlow.WaitForAsync(
            scene, limit,
            """
            select exists (select from orders where created_at > @since and stock_state <> 'awaiting')
                and not exists (select from orders where created_at < @since and stock_state = 'awaiting')
            """,
            new { since = TimeProvider.System.GetUtcNow() });

        await ReturnAsync(scene, _leader);
        _flowsWithAll = await EventFlow.WaitUntilBackAsync(scene, limit) is not null;
        return back;
    }

    public override Task<IReadOnlyList<BrokenPromise>> CheckAsync(Scene scene) => Task.FromResult<IReadOnlyList<BrokenPromise>>(
        _flowsWithAll ? [] : [new(Name, "no order had its stock after the node had come back")]);

    protected abstract Task LoseAsync(Scene scene, int node);

    /// <summary>Returns when the node is one of the three again.</summary>
    protected abstract Task ReturnAsync(Scene scene, int node);
}

/// <summary>kill -9 of the node.</summary>
internal sealed class KilledLeader : LostLeader
{
    public override string Name => "broker-leader-killed";

    protected override Task LoseAsync(Scene scene, int node) => scene.Store.Servers.NodeOf(node).KillAsync();

    protected override Task ReturnAsync(Scene scene, int node) => scene.Store.Servers.NodeOf(node).StartAsync(scene.Cancelled);
}

/// <summary>
/// The node and the other two cannot reach each other, while services and node still can: it finds itself in the minority, and
/// sends its clients away until the others are back.
/// </summary>
internal sealed class IsolatedLeader : LostLeader
{
    public override string Name => "broker-leader-isolated";

    /// <summary>The others let it in no more, nor it them: that is what the cookie of a node decides.</summary>
    protected override Task LoseAsync(Scene scene, int node) => scene.Store.Servers.NodeOf(node).ControlAsync(
        "eval", $"[begin erlang:set_cookie(Node, isolated), erlang:disconnect_node(Node) end || Node <- {Others(scene, node)}].");

    protected override async Task ReturnAsync(Scene scene, int node)
    {
        var servers = scene.Store.Servers;
        await servers.NodeOf(node).ControlAsync("eval", $"[erlang:set_cookie(Node, erlang:get_cookie()) || Node <- {Others(scene, node)}].");
        await servers.NodeOf((node + 1) % servers.Cluster.Nodes.Count).ControlAsync("await_online_nodes", $"{servers.Cluster.Nodes.Count}");
    }

    /// <summary>A list, as Erlang writes it.</summary>
    private static string Others(Scene scene, int node) => $"[{string.Join(", ",
        from other in Enumerable.Range(0, scene.Store.Servers.Cluster.Nodes.Count)
        where other != node
        select $"'{BrokerCluster.NameOf(other)}'")}]";
}

/// <summary>kill -9 of two of three nodes: what is left takes nothing, orders are accepted, and their events wait.</summary>
internal sealed class BrokerMinority : BrokerFault
{
    private IReadOnlyList<BrokerServer> _killed = [];

    public override string Name => "broker-minority";

    /// <summary>It has a round of its own.</summary>
    public override string? Part => null;

    public override ServerSet Servers => ServerSet.BrokerCluster;

    public override string? WhyNot(FaultStore store) =>
        store.Servers.AreInstalled ? null : "a cluster is not made of containers";

    public override Task InjectAsync(Scene scene)
    {
        var nodes = Enumerable.Range(0, scene.Store.Servers.Cluster.Nodes.Count).ToArray();
        scene.Random.Shuffle(nodes);
        _killed = [.. nodes.Skip(1).Select(scene.Store.Servers.NodeOf)];
        return Task.WhenAll(_killed.Select(node => node.KillAsync()));
    }

    public override Task HealAsync(Scene scene) => Task.WhenAll(_killed.Select(node => node.StartAsync(scene.Cancelled)));
}
