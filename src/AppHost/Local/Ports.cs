using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace GoCart.AppHost.Local;

/// <summary>TCP ports of this machine.</summary>
internal static class Ports
{
    private const int Lowest = 12_000;

    // Held as long as the process runs.
    private static readonly ConcurrentBag<Socket> Claims = [];

    /// <summary>
    /// A port nobody listens on, and that no other process of ours is given as long as this one runs: between this look and
    /// the server's start, or while a server is away, somebody else would take it. It lies below the range the kernel takes
    /// outgoing ports from, which any outgoing connection may take.
    /// </summary>
    public static int Free()
    {
        while (true)
        {
            var port = Random.Shared.Next(Lowest, HighestOwn());
            if (Claim(port))
                return port;
        }
    }

    /// <summary>Makes a free port ours, as <see cref="Free"/> does. False: it is not free, or another's already.</summary>
    public static bool Claim(int port)
    {
        if (!IsFree(port))
            return false;

        // A name, no file: the kernel knows it as long as the socket is open, and only among those who share the ports, too.
        var claim = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            claim.Bind(new UnixDomainSocketEndPoint($"\0gocart/port/{port}"));
        }
        catch (SocketException)
        {
            claim.Dispose();
            return false;
        }
        Claims.Add(claim);
        return true;
    }

    public static bool IsFree(int port)
    {
        // No SO_REUSEADDR trick: what a server could not bind is not free.
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>
    /// Whether this very process takes connections there, and not somebody who took the port first. Cheap enough to ask
    /// many times a second: as long as nobody answers, the kernel's list of sockets is not read.
    /// </summary>
    public static async Task<bool> IsAnsweredByAsync(int port, int processId) =>
        await IsAnsweredAsync(port) && PortHolder.Is(port, processId);

    /// <summary>This way a refusal is no exception, of which there would be hundreds.</summary>
    private static async Task<bool> IsAnsweredAsync(int port)
    {
        var completed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var attempt = new SocketAsyncEventArgs { RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, port) };
        attempt.Completed += (_, _) => completed.SetResult();
        if (socket.ConnectAsync(attempt))
            await completed.Task;
        return attempt.SocketError == SocketError.Success;
    }

    private static int HighestOwn()
    {
        const string File = "/proc/sys/net/ipv4/ip_local_port_range";
        var firstOutgoing = System.IO.File.Exists(File)
            ? int.Parse(System.IO.File.ReadAllText(File).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[0])
            : 32_768;
        return firstOutgoing > Lowest + 1_000 ? Math.Min(firstOutgoing, 32_768) : 32_768;
    }
}
