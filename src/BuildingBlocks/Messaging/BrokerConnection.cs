using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>
/// One connection to the broker, opened when somebody needs it and opened anew after it was lost. The client's own
/// recovery is off: it brings channels back without saying which of their messages are still ours. Of a cluster's nodes the
/// next one is tried after one that failed.
/// </summary>
/// <remarks>
/// No call to the client gets a cancellation token: a cancelled one can leave its channel corrupted (RabbitMQ.Client 7.1).
/// We stop waiting instead, and drop the whole connection.
/// </remarks>
internal sealed partial class BrokerConnection(string name, IReadOnlyList<Uri> addresses, ILogger logger) : IAsyncDisposable
{
    /// <summary>For every question to the broker that it answers at once when it is well.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(4);

    // With the longest pause between tries, less than 10 s.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly AmqpTcpEndpoint[] _nodes = [.. addresses.Select(address => new AmqpTcpEndpoint(address))];

    // Not everybody's first choice: copies and connections spread over the nodes.
    private int _node = Random.Shared.Next(addresses.Count);
    private Link? _link;
    private bool _isAwayLogged;

    private sealed record Link(IConnection Connection, Socket Socket);

    public bool IsOpen => Volatile.Read(ref _link)?.Connection.IsOpen ?? false;

    /// <summary>The open connection, or a new one.</summary>
    /// <exception cref="Exception">The broker could not be reached: the caller waits and tries again.</exception>
    public async Task<IConnection> OpenAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);

        try
        {
            if (_link is { Connection.IsOpen: true })
                return _link.Connection;

            CloseSocket();
            _link = await ConnectAsync(cancellationToken);
            _link.Connection.ConnectionShutdownAsync += OnShutdownAsync;
            _isAwayLogged = false;
            LogConnected(name, _nodes[_node]);
            return _link.Connection;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            if (!_isAwayLogged)
                LogAway(name, _nodes[_node], e);

            _isAwayLogged = true;
            _node = (_node + 1) % addresses.Count;
            throw;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>
    /// Ends the connection without a word to the broker, which may be frozen. What it has not read yet is thrown away by
    /// the reset, so that it is not published late.
    /// </summary>
    public void Drop(IConnection connection)
    {
        if (Volatile.Read(ref _link) is { } current && current.Connection == connection)
            current.Socket.Close(timeout: 0);
    }

    /// <summary>Says goodbye to the broker, if it listens.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_link is { Connection.IsOpen: true })
        {
            _link.Connection.ConnectionShutdownAsync -= OnShutdownAsync;
            var closing = _link.Connection.CloseAsync(Constants.ReplySuccess, "Stopping", TimeSpan.FromSeconds(2), abort: true);
            await Task.WhenAny(closing, Task.Delay(TimeSpan.FromSeconds(3)));
        }

        CloseSocket();
        _opening.Dispose();
    }

    private void CloseSocket() => _link?.Socket.Close(timeout: 0);

    private async Task<Link> ConnectAsync(CancellationToken cancellationToken)
    {
        Socket? socket = null;
        var factory = new ConnectionFactory
        {
            Uri = addresses[_node],
            ClientProvidedName = name,
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            // The client takes more than three of these to notice that a line is half-open: less than 20 s in all.
            RequestedHeartbeat = TimeSpan.FromSeconds(5),
            RequestedConnectionTimeout = AnswerTimeout,
            HandshakeContinuationTimeout = AnswerTimeout,
            ContinuationTimeout = AnswerTimeout,
            // Kept, because closing the socket is the one way to end a connection that is sure not to hang.
            SocketFactory = family => new TcpClientAdapter(
                socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }),
        };

        try
        {
            var connection = await factory.CreateConnectionAsync(CancellationToken.None)
                .WaitAsync(ConnectTimeout, cancellationToken);
            return new Link(connection, socket ?? throw new InvalidOperationException("The client made no socket."));
        }
        catch
        {
            // Also ends an attempt that we have stopped to wait for.
            socket?.Close(timeout: 0);
            throw;
        }
    }

    private Task OnShutdownAsync(object sender, ShutdownEventArgs reason)
    {
        LogLost(name, reason.ReplyCode, reason.ReplyText);
        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name} is connected to the broker at {Endpoint}")]
    private partial void LogConnected(string name, AmqpTcpEndpoint endpoint);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name} cannot reach the broker at {Endpoint}, and keeps trying")]
    private partial void LogAway(string name, AmqpTcpEndpoint endpoint, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name} lost its connection to the broker ({Code}, {Reason})")]
    private partial void LogLost(string name, ushort code, string reason);
}
