using System.Diagnostics;
using System.Net;
using System.Text;

namespace GoCart.Bench.Load;

/// <summary>
/// Sends requests over a fixed number of connections, in one thread that costs little: as many as are answered
/// (saturation), or at a steady rate whatever the answers do (open loop), where latency counts from the planned time.
/// </summary>
internal sealed class Generator : IDisposable
{
    private static readonly TimeSpan LastAnswers = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(0.5);

    private readonly Connection[] _connections;
    private readonly LibC.PollEntry[] _polled;
    private readonly IWork _work;
    private int _turn;

    public Generator(Uri server, int connections, IWork work)
    {
        _work = work;
        _connections = [.. Enumerable.Range(0, connections).Select(_ => new Connection(new(IPAddress.Loopback, server.Port)))];
        _polled = [.. _connections.Select(connection => new LibC.PollEntry { Socket = connection.Handle, Wanted = LibC.Readable })];
    }

    public Task<LoadResult> SaturateAsync(TimeSpan length) => RunAsync(length, double.PositiveInfinity);

    /// <param name="rate">Requests a second.</param>
    public Task<LoadResult> KeepRateAsync(TimeSpan length, double rate) => RunAsync(length, rate);

    public void Dispose() => Array.ForEach(_connections, connection => connection.Dispose());

    private Task<LoadResult> RunAsync(TimeSpan length, double rate) =>
        Task.Factory.StartNew(() => Run(length, rate), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private LoadResult Run(TimeSpan length, double rate)
    {
        var result = new LoadResult();
        var start = Stopwatch.GetTimestamp();
        var end = start + (long)(length.TotalSeconds * Stopwatch.Frequency);
        var interval = double.IsInfinity(rate) ? 0 : Stopwatch.Frequency / rate;
        double planned = start;

        while (Stopwatch.GetTimestamp() is var now && now < end)
        {
            while (planned <= now && TrySendOne(interval == 0 ? Stopwatch.GetTimestamp() : (long)planned))
                planned += interval;

            var pause = planned > now ? Stopwatch.GetElapsedTime(now, (long)planned) : LookAgain;
            Receive(pause, end, result);
        }

        result.Length = Stopwatch.GetElapsedTime(start);
        ReceiveLast(result);
        return result;
    }

    private bool TrySendOne(long planned)
    {
        for (var i = 0; i < _connections.Length; i++)
        {
            var number = (_turn + i) % _connections.Length;
            if (_connections[number].IsBusy)
                continue;
            var request = _work.Next(number);
            if (request.IsEmpty)
                continue;

            _connections[number].Send(request, planned);
            _turn = number + 1;
            return true;
        }
        return false;
    }

    private void Receive(TimeSpan limit, long end, LoadResult result)
    {
        if (LibC.Poll(_polled, limit) <= 0)
            return;

        for (var number = 0; number < _connections.Length; number++)
        {
            var connection = _connections[number];
            if (_polled[number].Happened == 0 || !connection.Receive())
                continue;

            var now = Stopwatch.GetTimestamp();
            var outcome = _work.Answered(number, connection.Status, connection.Answer);
            if (outcome == Outcome.Wrong)
                result.AddWrong(Encoding.UTF8.GetString(connection.Answer));
            else if (outcome == Outcome.Counted)
                result.Add(Stopwatch.GetElapsedTime(connection.Planned, now).TotalMilliseconds, isInTime: now < end);
        }
    }

    private void ReceiveLast(LoadResult result)
    {
        var from = Stopwatch.GetTimestamp();
        while (_connections.Any(connection => connection.IsBusy))
        {
            if (Stopwatch.GetElapsedTime(from) > LastAnswers)
                throw new TimeoutException("The last answers did not come.");
            Receive(LookAgain, end: 0, result);
        }
    }
}
