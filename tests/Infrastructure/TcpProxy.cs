using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace GoCart.Tests.Infrastructure;

/// <summary>Stands between a client and a server on this machine, and does to their connections what networks do.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private static readonly TrafficRules NoRules = new(TimeSpan.Zero, long.MaxValue, long.MaxValue);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    private readonly int _target;
    private TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<TcpClient, bool> _sockets = new();
    private readonly Task _accepting;

    private volatile Flow _flow = new();
    private volatile Task _reopening = Task.CompletedTask;
    private volatile bool _refuses;
    private int _isLooking;

    private volatile TrafficRules _rules = NoRules;

    public TcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Asked at each connection for somebody who is told everything that its client sends.</summary>
    public Func<Action<ReadOnlyMemory<byte>>>? Listen { get; set; }

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
    public void Freeze() => _flow.Stop();

    /// <summary>From now on nothing passes on the connections there are, and new ones work: the other ends are gone and nobody said so.</summary>
    public void Abandon()
    {
        _flow.Stop();
        _flow = new Flow();
    }

    /// <summary>Passes bytes on later, in both directions, until <see cref="Resume"/>.</summary>
    public void Delay(TimeSpan latency) => _rules = NoRules with { Latency = latency };

    /// <summary>Passes on so many bytes a second in each direction, until <see cref="Resume"/>: a line that dribbles.</summary>
    public void Throttle(long bytesPerSecond) => _rules = NoRules with { BytesPerSecond = bytesPerSecond };

    /// <summary>Resets each connection after so many bytes of the server's, until <see cref="Resume"/>.</summary>
    public void CutAfter(long bytes) => _rules = NoRules with { BytesUntilCut = bytes };

    public void Resume()
    {
        _rules = NoRules;
        _refuses = false;
        _flow.GoOn();
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
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync(_stopping.Token);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException
                && !_stopping.IsCancellationRequested)
            {
                await _reopening; // hung up
                continue;
            }

            if (_refuses)
                Reset(client);
            else
                _ = ServeAsync(client);
        }
    }

    private async Task<TcpClient?> TryConnectAsync()
    {
        var server = new TcpClient { NoDelay = true };
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target, _stopping.Token);
            return server;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            server.Dispose();
            return null;
        }
    }

    /// <summary>As without us: where nobody listens, a connection is refused. Listens again when the server does.</summary>
    private void HangUp()
    {
        lock (_sockets)
        {
            if (!_reopening.IsCompleted)
                return;

            _listener.Stop();
            _reopening = ReopenWithServerAsync();
        }
    }

    private async Task HangUpIfServerIsGoneAsync()
    {
        if (_refuses || Interlocked.Exchange(ref _isLooking, 1) == 1)
            return;

        if (await TryConnectAsync() is { } server)
            server.Dispose();
        else if (!_stopping.IsCancellationRequested)
            HangUp();
        Volatile.Write(ref _isLooking, 0);
    }

    private async Task ReopenWithServerAsync()
    {
        await Task.Delay(BetweenLooks, _stopping.Token);
        TcpClient? server;
        while ((server = await TryConnectAsync()) is null)
            await Task.Delay(BetweenLooks, _stopping.Token);
        server.Dispose();

        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
    }

    private async Task ServeAsync(TcpClient client)
    {
        // Not in the loop that accepts: a server that is frozen may leave a connection waiting for a minute.
        if (await TryConnectAsync() is not { } server)
        {
            Reset(client);
            HangUp();
            return;
        }

        client.NoDelay = true;
        _sockets[client] = _sockets[server] = true;

        var endedWell = false;
        var flow = _flow;
        try
        {
            Task<bool>[] pumps = [PumpAsync(client, server, flow, isAnswer: false), PumpAsync(server, client, flow, isAnswer: true)];
            var first = await Task.WhenAny(pumps);
            // Before the next client comes: one whom we took for the server's sake could not tell that it is gone.
            if (first == pumps[1])
                _ = HangUpIfServerIsGoneAsync();
            // After one end has said its last word, the other may still have something to say.
            endedWell = await first && (await Task.WhenAll(pumps)).All(well => well);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // One end is gone; so is the other, then.
        }

        if (endedWell)
        {
            _sockets.TryRemove(client, out _);
            _sockets.TryRemove(server, out _);
            client.Dispose();
            server.Dispose();
            return;
        }

        Reset(client);
        Reset(server);
    }

    /// <returns>Whether the sender ended in good order.</returns>
    private async Task<bool> PumpAsync(TcpClient from, TcpClient to, Flow flow, bool isAnswer)
    {
        var buffer = new byte[64 * 1024];
        var passed = 0L;
        var listener = isAnswer ? null : Listen?.Invoke();

        try
        {
            while (await from.GetStream().ReadAsync(buffer, _stopping.Token) is > 0 and var count)
            {
                await flow.WaitAsync(_stopping.Token);
                var bytes = buffer.AsMemory(0, count);
                listener?.Invoke(bytes);

                if (isAnswer && passed + count > _rules.BytesUntilCut)
                {
                    await to.GetStream().WriteAsync(bytes[..(int)Math.Max(0, _rules.BytesUntilCut - passed)], _stopping.Token);
                    return false;
                }

                passed += count;
                await PassOnAsync(bytes, to);
            }

            to.Client?.Shutdown(SocketShutdown.Send);
            return true;
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException
            or OperationCanceledException)
        {
            return false; // cut
        }
    }

    private async Task PassOnAsync(ReadOnlyMemory<byte> bytes, TcpClient to)
    {
        if (_rules.Latency > TimeSpan.Zero)
            await Task.Delay(_rules.Latency, _stopping.Token);

        // Ten portions a second; the rules may change between two of them.
        while (bytes.Length > 0 && _rules.BytesPerSecond < long.MaxValue)
        {
            var portion = (int)Math.Clamp(_rules.BytesPerSecond / 10, 1, bytes.Length);
            await to.GetStream().WriteAsync(bytes[..portion], _stopping.Token);
            bytes = bytes[portion..];
            await Task.Delay(TimeSpan.FromMilliseconds(100), _stopping.Token);
        }

        await to.GetStream().WriteAsync(bytes, _stopping.Token);
    }

    private void Reset(TcpClient socket)
    {
        _sockets.TryRemove(socket, out _);

        if (socket.Client is { } client)
            client.Close(timeout: 0);

        socket.Dispose();
    }

    /// <summary>Whether bytes flow, on the connections made since it began.</summary>
    private sealed class Flow
    {
        private volatile TaskCompletionSource? _stopped;

        public void Stop() => _stopped ??= new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void GoOn()
        {
            _stopped?.TrySetResult();
            _stopped = null;
        }

        public Task WaitAsync(CancellationToken cancellationToken) =>
            _stopped?.Task.WaitAsync(cancellationToken) ?? Task.CompletedTask;
    }

    /// <param name="BytesUntilCut">Of the server's, in one connection.</param>
    private sealed record TrafficRules(TimeSpan Latency, long BytesPerSecond, long BytesUntilCut);
}
