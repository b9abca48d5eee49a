using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using GoCart.Faults.Load;

namespace GoCart.Faults.LoadTable;

/// <summary>The connections of all shoppers, and what came of their requests.</summary>
/// <remarks>Their number is bounded: who finds none waits, and the wait counts, as latencies are from the planned time.</remarks>
internal sealed class Connections(Uri gateway) : IDisposable
{
    private const int Most = 1000;

    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly SemaphoreSlim _places = new(Most, Most);
    private readonly ConcurrentStack<Connection> _idle = new();
    private readonly ConcurrentQueue<Sample> _samples = new();

    /// <summary>Since the start.</summary>
    public TimeSpan Now => Stopwatch.GetElapsedTime(_started);

    /// <summary>What was seen since the last call.</summary>
    public IReadOnlyList<Sample> Take()
    {
        var samples = new List<Sample>(_samples.Count);
        while (_samples.TryDequeue(out var sample))
            samples.Add(sample);
        return samples;
    }

    /// <param name="headers">Each with its connection end.</param>
    /// <param name="wantsBody">Of a good answer.</param>
    /// <returns>The status, 0 if there was no answer, and the body if that is wanted.</returns>
    public async ValueTask<(int Status, byte[] Body)> SendAsync(
        Route route, TimeSpan planned, string method, string path, string headers, string? body = null, bool wantsBody = false,
        CancellationToken cancellationToken = default)
    {
        try
        {
            await _places.WaitAsync(cancellationToken);
        }
        // Far more was begun than connections could take, and the store never heard of it.
        catch (OperationCanceledException)
        {
            _samples.Enqueue(new Sample(route, planned, Now, Now, Status: 0, IsWrong: false));
            return (0, []);
        }

        var sent = Now;
        Connection? connection = null;
        try
        {
            if (!_idle.TryPop(out connection))
                connection = await Connection.OpenAsync(gateway);
            await connection.SendAsync(method, path, headers, body, cancellationToken);
            var seen = Look(connection, wantsBody);
            _samples.Enqueue(new Sample(route, planned, sent, Now, seen.Status, seen.IsWrong));
            return (seen.Status, seen.Body);
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            _samples.Enqueue(new Sample(route, planned, sent, Now, Status: 0, IsWrong: true));
            return (0, []);
        }
        finally
        {
            if (connection is { IsOpen: true })
                _idle.Push(connection);
            else
                connection?.Dispose();
            _places.Release();
        }
    }

    public void Dispose()
    {
        foreach (var connection in _idle)
            connection.Dispose();
        _places.Dispose();
    }

    /// <summary>I13, as far as one answer shows it.</summary>
    private static (int Status, bool IsWrong, byte[] Body) Look(Connection connection, bool wantsBody)
    {
        var reply = connection.Reply;
        var status = reply.Status;
        var isWrong = (status >= 400 && !reply.IsProblem)
            || (status >= 500 && status is not (502 or 503 or 504))
            || (status is 429 or 503 && !reply.SaysWhenToComeAgain);
        return (status, isWrong, wantsBody && status is 200 or 201 ? reply.Body() : []);
    }
}
