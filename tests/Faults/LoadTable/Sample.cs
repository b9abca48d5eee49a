using GoCart.Faults.Load;

namespace GoCart.Faults.LoadTable;

/// <summary>A request and what became of it. Times count from the start of the run.</summary>
/// <param name="Planned">When it should have been sent: a store that is late makes its own clients late.</param>
/// <param name="Status">0: there was no answer.</param>
/// <param name="IsWrong">What no overload excuses: no answer, a 500, an answer that is no problem or does not say when to come again.</param>
internal readonly record struct Sample(
    Route Route, TimeSpan Planned, TimeSpan Sent, TimeSpan Answered, int Status, bool IsWrong)
{
    public TimeSpan Latency => Answered - Planned;

    /// <summary>How late we were ourselves.</summary>
    public TimeSpan Lag => Sent - Planned;

    /// <summary>Not turned away, and answered.</summary>
    public bool IsServed => Status is not (0 or 429 or 502 or 503 or 504);
}
