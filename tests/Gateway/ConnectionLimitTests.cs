using System.Net.Sockets;
using System.Text;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

/// <summary>One address may hold so many connections open, and those beyond are closed at once.</summary>
public sealed class ConnectionLimitTests
{
    private static readonly byte[] Request = Encoding.ASCII.GetBytes("GET /alive HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_beyond_the_limit_is_closed_until_another_one_ends()
    {
        await using var gateway = await StartAsync();
        var idle = new List<TcpClient>();
        for (var i = 0; i < 3; i++)
            idle.Add(await HoldAsync(gateway));

        await Eventually.AssertAsync(async () => Assert.Equal("", await AskAsync(gateway)));
        idle[0].Dispose();
        await Eventually.AssertAsync(async () => Assert.StartsWith("HTTP/1.1 200 ", await AskAsync(gateway), StringComparison.Ordinal));

        idle.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task A_trusted_proxy_holds_as_many_as_it_likes()
    {
        await using var gateway = await StartAsync(trustedProxy: "127.0.0.1");
        var idle = new List<TcpClient>();
        for (var i = 0; i < 10; i++)
            idle.Add(await HoldAsync(gateway));

        Assert.StartsWith("HTTP/1.1 200 ", await AskAsync(gateway), StringComparison.Ordinal);

        idle.ForEach(client => client.Dispose());
    }

    private static Task<GatewayAlone> StartAsync(string? trustedProxy = null) => GatewayAlone.StartAsync(settings: new()
    {
        ["RateLimits:ExemptLoopback"] = "false",
        ["RateLimits:ConnectionsPerAddress"] = "3",
        ["Gateway:TrustedProxies:0"] = trustedProxy,
    });

    private static async Task<TcpClient> ConnectAsync(GatewayAlone gateway)
    {
        var client = new TcpClient();
        await client.ConnectAsync(gateway.Address.Host, gateway.Address.Port, Cancelled);
        return client;
    }

    /// <summary>One that has been answered: those that were just made are counted in no particular order.</summary>
    private static async Task<TcpClient> HoldAsync(GatewayAlone gateway)
    {
        var client = await ConnectAsync(gateway);
        await client.GetStream().WriteAsync("GET /alive HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), Cancelled);
        Assert.NotEqual(0, await client.GetStream().ReadAsync(new byte[1], Cancelled));
        return client;
    }

    /// <returns>The answer; empty when the connection was closed without one.</returns>
    private static async Task<string> AskAsync(GatewayAlone gateway)
    {
        try
        {
            using var client = await ConnectAsync(gateway);
            await client.GetStream().WriteAsync(Request, Cancelled);
            using var reader = new StreamReader(client.GetStream());
            return await reader.ReadToEndAsync(Cancelled);
        }
        // Closed as soon as it was made, or while it was written to.
        catch (Exception e) when (e is IOException or SocketException)
        {
            return "";
        }
    }
}
