using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GoCart.Bench.Load;

/// <summary>A connection that is kept, with one request at a time: bytes out, and bytes in until an answer is whole.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _received = new byte[64 * 1024];
    private int _length;

    public Connection(IPEndPoint server)
    {
        _socket.Connect(server);
        _socket.Blocking = false;
    }

    public int Handle => (int)_socket.Handle;

    public bool IsBusy { get; private set; }

    /// <summary>When the request was planned to be sent, as a timestamp of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public long Planned { get; private set; }

    /// <summary>All bytes of the answer; good until the next request.</summary>
    public ReadOnlySpan<byte> Answer => _received.AsSpan(0, _length);

    public int Status => ((_received[9] - '0') * 100) + ((_received[10] - '0') * 10) + (_received[11] - '0');

    public void Send(ReadOnlyMemory<byte> request, long planned)
    {
        (Planned, IsBusy, _length) = (planned, true, 0);
        var rest = request.Span;
        while (!rest.IsEmpty)
            rest = rest[_socket.Send(rest, SocketFlags.None)..];
    }

    /// <returns>Whether the answer is whole.</returns>
    public bool Receive()
    {
        if (_length == _received.Length)
            Array.Resize(ref _received, 2 * _length);
        var count = _socket.Receive(_received.AsSpan(_length), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
            return false;
        if (error != SocketError.Success || count == 0)
            throw new IOException($"The server closed a connection: {error}, after {Encoding.ASCII.GetString(Answer)}");

        _length += count;
        if (!IsWhole())
            return false;
        IsBusy = false;
        return true;
    }

    public void Dispose() => _socket.Dispose();

    private bool IsWhole()
    {
        var answer = Answer;
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;

        var head = answer[..(end + 2)];
        if (LengthIn(head) is { } length)
            return _length >= end + 4 + length;
        return head.IndexOf("\r\nTransfer-Encoding: chunked\r\n"u8) < 0 || answer.EndsWith("\r\n0\r\n\r\n"u8);
    }

    private static int? LengthIn(ReadOnlySpan<byte> head)
    {
        var name = "\r\nContent-Length: "u8;
        var at = head.IndexOf(name);
        if (at < 0)
            return null;

        var length = 0;
        foreach (var digit in head[(at + name.Length)..])
        {
            if (digit is < (byte)'0' or > (byte)'9')
                break;
            length = (10 * length) + (digit - '0');
        }
        return length;
    }
}
