using GoCart.Faults.Load;

namespace GoCart.Faults.LoadTable;

/// <summary>A while of load, and how it was served. Latencies count from the planned time, of what was accepted.</summary>
internal sealed class Phase(double rate, TimeSpan length, IReadOnlyList<Exchange> exchanges)
{
    private readonly TimeSpan[] _latencies = [.. exchanges.Where(exchange => !exchange.IsUnavailable).Select(exchange => exchange.Latency).Order()];

    /// <summary>Actions a second that were begun.</summary>
    public double Rate => rate;

    public IReadOnlyList<Exchange> Exchanges => exchanges;

    /// <summary>Requests a second that were served.</summary>
    public double Goodput => exchanges.Count(exchange => !exchange.IsUnavailable) / length.TotalSeconds;

    /// <summary>Turned away, failed or not answered.</summary>
    public int Unserved => exchanges.Count(exchange => exchange.IsUnavailable);

    /// <summary>What no overload excuses: no answer, a 500, an answer that is no problem or does not say when to come again.</summary>
    public int Wrong => exchanges.Count(exchange => exchange.Fault is not null);

    public double P50 => Percentile(0.50);

    public double P99 => Percentile(0.99);

    public double GoodputOf(params Route[] routes) =>
        exchanges.Count(exchange => routes.Contains(exchange.Route) && !exchange.IsUnavailable)
        / (double)Math.Max(1, exchanges.Count(exchange => routes.Contains(exchange.Route)));

    /// <summary>In milliseconds.</summary>
    private double Percentile(double share) =>
        _latencies.Length == 0 ? 0 : _latencies[(int)Math.Min(_latencies.Length - 1, _latencies.Length * share)].TotalMilliseconds;
}
