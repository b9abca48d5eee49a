using System.Net;
using System.Net.Sockets;
using GoCart.AppHost.Local;

namespace GoCart.Tests.AppHost;

public sealed class PortHolderTests
{
    [Fact]
    public void The_process_that_listens_on_a_port_is_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var holder = PortHolder.Find(port);

        Assert.Equal(Environment.ProcessId, holder?.ProcessId);
        Assert.StartsWith($"process {Environment.ProcessId} (", holder?.Description, StringComparison.Ordinal);
        Assert.True(PortHolder.Is(port, Environment.ProcessId));
    }

    [Fact]
    public async Task Another_process_of_the_same_user_is_not_taken_for_the_one_that_listens()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var sleeper = await ChildProcess.StartAsync(new ChildCommand("sleeper", "sleep", "600")
        {
            LogFile = "/dev/null",
            WorkingDirectory = "/",
        });

        Assert.False(PortHolder.Is(((IPEndPoint)listener.LocalEndpoint).Port, sleeper.Id));

        await sleeper.StopAsync(Signal.Kill, TimeSpan.Zero);
    }

    [Fact]
    public void A_port_of_the_sixth_version_of_the_internet_protocol_counts_too()
    {
        using var listener = new TcpListener(IPAddress.IPv6Any, 0);
        listener.Start();

        var holder = PortHolder.Find(((IPEndPoint)listener.LocalEndpoint).Port);

        Assert.Equal(Environment.ProcessId, holder?.ProcessId);
    }

    [Fact]
    public void A_free_port_is_held_by_nobody_and_lies_below_those_of_outgoing_connections()
    {
        var port = Ports.Free();

        Assert.Null(PortHolder.Find(port));
        Assert.InRange(port, 12_000, 32_767);
    }
}
