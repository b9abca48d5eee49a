using GoCart.Faults.Store;

namespace GoCart.Faults.Checks;

/// <summary>What the database server wrote: that somebody locked what another held, and the other way round, stands only there.</summary>
internal static class DatabaseLog
{
    public static IReadOnlyList<BrokenPromise> Find(FaultStore store)
    {
        var deadlocks = Directory.GetFiles(store.Logs, "postgres*.log*")
            .Sum(file => File.ReadLines(file).Count(line => line.Contains("deadlock detected", StringComparison.Ordinal)));
        return deadlocks == 0 ? [] : [new("crossed-carts", $"{deadlocks} deadlocks stand in the log of the database")];
    }
}
