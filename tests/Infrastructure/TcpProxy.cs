using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace GoCart.Tests.Infrastructure;

/// <summary>Stands between a client and a server on this machine, and does to their connections what networks do.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly int _target;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<TcpClient, bool> _sockets = new();
    private readonly Task _accepting;

    // Completed while bytes flow.
    private volatile TaskCompletionSource _flow = Completed();
    private volatile bool _refuses;

    public TcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Resets every connection; new ones are welcome.</summary>
    public void Cut()
    {
        foreach (var socket in _sockets.Keys)
            Reset(socket);
    }

    /// <summary>Resets every connection, and each new one, until <see cref="Resume"/>: a server that is away.</summary>
    public void Refuse()
    {
        _refuses = true;
        Cut();
    }

    /// <summary>Takes connections and bytes and passes nothing on, until <see cref="Resume"/>: a frozen server, or a half-open line.</summary>
    public void Freeze() => _flow = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Resume()
    {
        _refuses = false;
        _flow.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_stopping.Token);

            if (_refuses)
                Reset(client);
            else
                _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        client.NoDelay = true;
        _sockets[client] = _sockets[server] = true;

        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target, _stopping.Token);
            await Task.WhenAny(PumpAsync(client, server), PumpAsync(server, client));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // One end is gone; so is the other, then.
        }

        Reset(client);
        Reset(server);
    }

    private async Task PumpAsync(TcpClient from, TcpClient to)
    {
        var buffer = new byte[64 * 1024];

        try
        {
            while (await from.GetStream().ReadAsync(buffer, _stopping.Token) is > 0 and var count)
            {
                await _flow.Task.WaitAsync(_stopping.Token);
                await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _stopping.Token);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // Cut.
        }
    }

    private void Reset(TcpClient socket)
    {
        _sockets.TryRemove(socket, out _);

        if (socket.Client is { } client)
            client.Close(timeout: 0);

        socket.Dispose();
    }

    private static TaskCompletionSource Completed()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }
}
