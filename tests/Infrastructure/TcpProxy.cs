using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace GoCart.Tests.Infrastructure;

/// <summary>Stands between a client and a server on this machine, and does to their connections what networks do.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly int target;
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<TcpClient, bool> sockets = new();
    private readonly Task accepting;

    // Completed while bytes flow.
    private volatile TaskCompletionSource flow = Completed();
    private volatile bool refuses;

    public TcpProxy(int target)
    {
        this.target = target;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Resets every connection; new ones are welcome.</summary>
    public void Cut()
    {
        foreach (var socket in sockets.Keys)
            Reset(socket);
    }

    /// <summary>Resets every connection, and each new one, until <see cref="Resume"/>: a server that is away.</summary>
    public void Refuse()
    {
        refuses = true;
        Cut();
    }

    /// <summary>Takes connections and bytes and passes nothing on, until <see cref="Resume"/>: a frozen server, or a half-open line.</summary>
    public void Freeze() => flow = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Resume()
    {
        refuses = false;
        flow.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        Cut();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            var client = await listener.AcceptTcpClientAsync(stopping.Token);

            if (refuses)
                Reset(client);
            else
                _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        client.NoDelay = true;
        sockets[client] = sockets[server] = true;

        try
        {
            await server.ConnectAsync(IPAddress.Loopback, target, stopping.Token);
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
            while (await from.GetStream().ReadAsync(buffer, stopping.Token) is > 0 and var count)
            {
                await flow.Task.WaitAsync(stopping.Token);
                await to.GetStream().WriteAsync(buffer.AsMemory(0, count), stopping.Token);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // Cut.
        }
    }

    private void Reset(TcpClient socket)
    {
        sockets.TryRemove(socket, out _);

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
