namespace GoCart.Bench.Load;

/// <summary>What became of the requests of one run.</summary>
internal sealed class LoadResult
{
    private readonly List<double> _latencies = [];
    private int _inTime;

    public TimeSpan Length { get; set; }

    /// <summary>All that was answered as it should be.</summary>
    public int Count => _latencies.Count;

    public int Wrong { get; private set; }

    /// <summary>One of the answers that were not.</summary>
    public string? FirstWrong { get; private set; }

    public double PerSecond => _inTime / Length.TotalSeconds;

    public void Add(double milliseconds, bool isInTime)
    {
        _latencies.Add(milliseconds);
        if (isInTime)
            _inTime++;
    }

    public void AddWrong(string answer)
    {
        Wrong++;
        FirstWrong ??= answer;
    }

    /// <summary>In milliseconds.</summary>
    public double Percentile(double share)
    {
        _latencies.Sort();
        return _latencies.Count == 0 ? double.NaN : _latencies[(int)Math.Min(_latencies.Count - 1, _latencies.Count * share)];
    }
}
