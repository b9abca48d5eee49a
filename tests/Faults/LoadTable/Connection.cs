using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GoCart.Faults.LoadTable;

/// <summary>
/// One connection to the gateway, for one request at a time. HttpClient would cost as much of the machine as a third of the
/// store does.
/// </summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _out = new byte[4 * 1024];
    private byte[] _in = new byte[16 * 1024];
    private int _received;

    public bool IsOpen { get; private set; }

    /// <summary>The answer to what <see cref="SendAsync"/> has sent.</summary>
    public Reply Reply => Reply.TryRead(_in.AsSpan(0, _received), out var reply)
        ? reply
        : throw new InvalidOperationException("There is no answer.");

    public static async Task<Connection> OpenAsync(Uri gateway)
    {
        var connection = new Connection();
        await connection._socket.ConnectAsync(IPAddress.Loopback, gateway.Port);
        connection.IsOpen = true;
        return connection;
    }

    /// <param name="headers">All but those of the body, each with its line end.</param>
    /// <exception cref="IOException">The connection broke before the whole answer was there.</exception>
    public async ValueTask SendAsync(string method, string path, string headers, string? body, CancellationToken cancellationToken)
    {
        // Until the answer is there nothing is known of the connection.
        IsOpen = false;
        _received = 0;
        var length = Write(method, path, headers, body);
        await _socket.SendAsync(_out.AsMemory(0, length), cancellationToken);
        while (true)
        {
            if (_received == _in.Length)
                Array.Resize(ref _in, 2 * _in.Length);
            var count = await _socket.ReceiveAsync(_in.AsMemory(_received), cancellationToken);
            if (count == 0)
                throw new IOException("The gateway closed the connection before it answered.");
            _received += count;
            if (!Reply.TryRead(_in.AsSpan(0, _received), out var reply))
                continue;
            IsOpen = !reply.EndsConnection;
            return;
        }
    }

    public void Dispose() => _socket.Dispose();

    private int Write(string method, string path, string headers, string? body)
    {
        var text = body is null
            ? method == "GET" ? $"{method} {path} HTTP/1.1\r\n{headers}\r\n" : $"{method} {path} HTTP/1.1\r\n{headers}Content-Length: 0\r\n\r\n"
            : $"{method} {path} HTTP/1.1\r\n{headers}Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}";
        return Encoding.ASCII.GetBytes(text, _out);
    }
}
