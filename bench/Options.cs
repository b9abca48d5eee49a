namespace GoCart.Bench;

/// <param name="Scenarios">Those to run, by name or the beginning of it; all when there are none.</param>
/// <param name="Runs">Of each scenario.</param>
/// <param name="Length">Of each measurement in a run.</param>
/// <param name="Report">Where the tables go, besides the terminal; null for nowhere.</param>
internal sealed record Options(IReadOnlyList<string> Scenarios, int Runs, TimeSpan Length, int Products, int Copies, string? Report);
