namespace GoCart.Gateway.Shedding;

/// <summary>
/// How many requests of one kind may be under way at one service: as many as it answers within a time on average. Ten times a
/// second the limit shrinks by as much as the answers were late, or grows by one if they were not and the places were in use;
/// when hardly any was in use it goes back to what it began with. Who finds all places taken waits a moment for one; see
/// <see cref="WaitingLine"/>.
/// </summary>
/// <remarks>
/// What a service can do depends on the machine, on its copies and on what else runs there, so it is measured and not set.
/// By Little's law the places are what it answers a second times how long that takes: holding the time, the limit follows the
/// capacity.
/// </remarks>
/// <param name="target">How long an answer may take on average.</param>
/// <param name="fewest">
/// With this few under way, slowness has another cause than load: turning some away would not speed up the rest. Nobody is
/// starved, and there always are answers to measure.
/// </param>
/// <param name="most">What the limit begins with and never exceeds: a burst after a quiet time finds all places.</param>
internal sealed class AdaptiveLimit(TimeSpan target, int fewest, int most, TimeProvider clock)
{
    private const int FewestAnswers = 8;
    private const double LargestCut = 0.5;

    /// <summary>Of a window in which hardly a place was in use: back from the fewest to all in two to three seconds.</summary>
    private const double Recovery = 1.1;

    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly WaitingLine _line = new(most, clock);
    private double _limit = most;
    private int _inFlight;

    // Of the window that is open.
    private long _began = clock.GetTimestamp();
    private TimeSpan _waited;
    private int _answers;
    private int _peak;

    /// <summary>How many may be under way.</summary>
    public int Current
    {
        get { lock (_lock) return (int)_limit; }
    }

    /// <summary>Whether the next request is turned away, without waiting for a place. Takes none.</summary>
    public bool TurnsAway()
    {
        lock (_lock) return _inFlight >= (int)_limit && !_line.IsOpen();
    }

    /// <summary>Takes a place, which <see cref="Leave"/> gives back; false when there was none in time.</summary>
    public ValueTask<bool> EnterAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_inFlight < (int)_limit)
            {
                TakePlace();
                return new(true);
            }
            return _line.IsOpen() ? _line.WaitAsync(cancellationToken) : new(false);
        }
    }

    /// <param name="waited">How long the answer took; null when that says nothing about the service.</param>
    public void Leave(TimeSpan? waited)
    {
        lock (_lock)
        {
            _inFlight--;
            if (waited is { } time)
            {
                _waited += time;
                _answers++;
                CloseWindow();
            }
            while (_inFlight < (int)_limit && _line.TryAdmit())
                TakePlace();
        }
    }

    private void TakePlace() => _peak = Math.Max(_peak, ++_inFlight);

    private void CloseWindow()
    {
        // At least as long as an answer takes: what the last cut did has to be seen before the next.
        var mean = _waited / _answers;
        var age = clock.GetElapsedTime(_began);
        if (_answers < FewestAnswers || age < Window || age < mean)
            return;

        // Cut from the places actually used. Grow by one if they were in use; if few were, recover quickly: an overload that is
        // over says nothing about now.
        if (mean > target)
            _limit = Math.Max(Math.Min(fewest, most), Math.Min(_limit, _peak) * Math.Max(LargestCut, target / mean));
        else
            _limit = Math.Min(most, _peak >= _limit / 2 ? _limit + 1 : (_limit * Recovery) + 1);

        _began = clock.GetTimestamp();
        _waited = TimeSpan.Zero;
        _answers = 0;
        _peak = _inFlight;
    }
}
