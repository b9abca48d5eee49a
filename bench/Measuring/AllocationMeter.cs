using System.Net.Sockets;

namespace GoCart.Bench.Measuring;

/// <summary>Asks the <see cref="StartupHook"/> of a service.</summary>
internal static class AllocationMeter
{
    public static long BytesOf(string folder, int processId)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(Path.Combine(folder, $"{processId}")));
        var answer = new byte[sizeof(long)];
        socket.Receive(answer);
        return BitConverter.ToInt64(answer);
    }
}
