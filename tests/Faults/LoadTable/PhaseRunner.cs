using GoCart.Faults.Store;

namespace GoCart.Faults.LoadTable;

/// <summary>Lets the load run for a while and says how it was served.</summary>
internal sealed class PhaseRunner(FaultStore store, Connections connections, OpenLoop load, int seed, Action<string> say)
{
    /// <param name="name">For who reads along.</param>
    /// <param name="rate">Actions a second.</param>
    /// <param name="beside">Begun a tenth of the way in.</param>
    public async Task<Phase> RunAsync(
        string name, double rate, TimeSpan length, CancellationToken cancellationToken, Func<Task>? beside = null)
    {
        // What the last phase left behind belongs to it.
        GC.Collect();
        connections.Take();
        var before = CpuTime.Take(store);
        var from = connections.Now;
        await Task.WhenAll(
            load.RunAsync(rate, length, seed, browseOnly: false, cancellationToken),
            beside?.Invoke() ?? Task.CompletedTask);
        var took = connections.Now - from;
        var phase = new Phase(rate, length, connections.Take(), CpuTime.Take(store).CoresSince(before, took));
        say($"{name}: {phase}");
        return phase;
    }
}
