using System.Net;
using System.Net.Sockets;

namespace GoCart.Tests.Infrastructure;

/// <summary>An address from which nothing comes back, not even a refusal, as when a machine has lost its power.</summary>
/// <remarks>The kernel drops what asks for a connection while a listener's queue is full and nobody accepts from it.</remarks>
internal sealed class UnreachableAddress : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _filler = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private UnreachableAddress()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(0);
    }

    public Uri Address => new($"http://{_listener.LocalEndPoint}");

    public static async Task<UnreachableAddress> CreateAsync()
    {
        var unreachable = new UnreachableAddress();
        await unreachable._filler.ConnectAsync(unreachable._listener.LocalEndPoint!); // bound above
        return unreachable;
    }

    public void Dispose()
    {
        _filler.Dispose();
        _listener.Dispose();
    }
}
