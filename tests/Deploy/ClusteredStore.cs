using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using GoCart.AppHost.Local;
using GoCart.Operator;
using GoCart.Tests.Infrastructure;
using GoCart.Tests.Operator;

namespace GoCart.Tests.Deploy;

/// <summary>A store whose broker is a cluster of three nodes, all known to its services.</summary>
public sealed class ClusteredStore(LocalServers servers) : OperatedStore(servers)
{
    private static readonly string[] Nodes = ["rabbit1", "rabbit2", "rabbit3"];

    private readonly List<RabbitServer> _brokers = [];

    /// <summary>The node that leads a queue dies, at once.</summary>
    /// <returns>Its place in the cluster, for <see cref="StartNodeAsync"/>.</returns>
    public async Task<int> KillLeaderOfAsync(string queue)
    {
        var leader = Array.IndexOf(Nodes, (await LeaderOfAsync(queue)).Split('@')[0]);
        _brokers[leader].Process!.Send(Signal.Kill); // started in CreateVirtualHostAsync
        await _brokers[leader].Process!.Exited;
        return leader;
    }

    public async Task StartNodeAsync(int node) => await _brokers[node].StartAsync(CancellationToken.None);

    protected override async Task<TestVirtualHost> CreateVirtualHostAsync()
    {
        var epmdPort = Ports.Free();
        // The first starts the port mapper that all of them use.
        _brokers.Add(await StartAsync(Nodes[0]));
        _brokers.AddRange(await Task.WhenAll(Nodes.Skip(1).Select(StartAsync)));

        return new TestVirtualHost(
            "/",
            user => user == RabbitDefinitions.Administrator
                ? _brokers[0].AddressFor(user)
                : string.Join(',', _brokers.Select(broker => broker.AddressFor(user))),
            () => Task.WhenAll(_brokers.Select(broker => broker.StopAsync(TimeSpan.Zero))));

        Task<RabbitServer> StartAsync(string node) => Servers.StartRabbitAsync(node, new RabbitCluster(node, Nodes, epmdPort));
    }

    protected override Task<OperatorSettings> ReadOperatorSettingsAsync() =>
        Servers.OperatorSettingsOfAsync(Databases, VirtualHost, _brokers[0]);

    private async Task<string> LeaderOfAsync(string queue)
    {
        var management = new Uri(OperatorSettings.Management!); // the test's operator has one
        using var http = new HttpClient { BaseAddress = new Uri(management.GetLeftPart(UriPartial.Authority)) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(management.UserInfo))));

        // A queue is there once two nodes have it. Until the third has it too, no node may die: what is left has no majority.
        var leader = "";
        await Eventually.AssertAsync(async () =>
        {
            using var queues = JsonDocument.Parse(await http.GetStringAsync(new Uri("/api/queues/%2F", UriKind.Relative)));
            Assert.All(
                queues.RootElement.EnumerateArray(),
                each => Assert.Equal(Nodes.Length, each.TryGetProperty("online", out var online) ? online.GetArrayLength() : 0));
            var found = Assert.Single(queues.RootElement.EnumerateArray(), each => each.GetProperty("name").GetString() == queue);
            leader = found.GetProperty("leader").GetString()!; // every quorum queue has one
        });
        return leader;
    }
}
