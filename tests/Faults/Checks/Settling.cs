using GoCart.Faults.Load;
using GoCart.Faults.Store;
using GoCart.Operator.Audit;

namespace GoCart.Faults.Checks;

/// <param name="After">How long after the last customer had left nothing was under way any more.</param>
internal sealed record Settled(TimeSpan After, AuditReport Audit, IReadOnlyList<BrokenPromise> Broken);

/// <summary>I7 and everything else the auditor can prove: asks it until it has nothing to say, for half a minute at most.</summary>
internal static class Settling
{
    private const int Most = 10;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.5);

    public static async Task<Settled> WaitAsync(FaultStore store, ClientLog log, CancellationToken cancellationToken)
    {
        var quiet = log.Now;
        while (true)
        {
            var asked = log.Now;
            var audit = await Auditor.RunAsync(store.OperatorSettings, settled: true, TimeProvider.System, cancellationToken);
            if (audit.IsClean || asked - quiet > Limit)
            {
                return new Settled(asked - quiet, audit,
                [
                    .. audit.Violations.Take(Most).Select(violation =>
                        new BrokenPromise(violation.Invariant, $"{violation.Kind} {violation.Row}: {violation.Detail}")),
                ]);
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }
}
