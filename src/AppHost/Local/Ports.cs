using System.Net;
using System.Net.Sockets;

namespace GoCart.AppHost.Local;

/// <summary>TCP ports of this machine.</summary>
internal static class Ports
{
    private const int Lowest = 12_000;

    /// <summary>
    /// A port nobody listens on. It lies below the range the kernel takes outgoing ports from: a port out of that range
    /// can be taken by any outgoing connection between this look and the server's start.
    /// </summary>
    public static int Free()
    {
        while (true)
        {
            var port = Random.Shared.Next(Lowest, HighestOwn());
            if (IsFree(port))
                return port;
        }
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
