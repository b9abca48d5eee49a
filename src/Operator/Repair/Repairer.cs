using GoCart.Operator.Audit;
using Npgsql;

namespace GoCart.Operator.Repair;

/// <summary>
/// Mends what an audit found, forward only: by what the services themselves might do, an event sent again or one more entry in a
/// ledger. No record of what happened is changed or removed.
/// </summary>
public static class Repairer
{
    /// <summary>Those of the violations that it can do something about; one row is repaired once.</summary>
    public static IReadOnlyList<Violation> Repairable(AuditReport report) =>
        [.. report.Violations.Where(violation => violation.Remedy != Remedy.None).DistinctBy(violation => (violation.Remedy, violation.Row))];

    /// <returns>What it did, or why it could not: one for each of the violations.</returns>
    /// <exception cref="OperatorException">A database does not answer, or may not be written.</exception>
    public static async Task<IReadOnlyList<RepairResult>> RunAsync(
        OperatorSettings settings, IEnumerable<Violation> violations, TimeProvider clock, CancellationToken cancellationToken)
    {
        var results = new List<RepairResult>();
        foreach (var violation in violations)
        {
            var id = Guid.Parse(violation.Row);
            try
            {
                results.Add(violation.Remedy switch
                {
                    Remedy.SendOrderCreated => await EventRepair.SendCreatedAsync(settings, id, cancellationToken),
                    Remedy.SendOrderCancelled => await EventRepair.SendCancelledAsync(settings, id, clock, cancellationToken),
                    Remedy.CancelOrder => await OrderRepair.CancelAsync(settings, id, clock, cancellationToken),
                    Remedy.CorrectLedger => await LedgerRepair.CorrectAsync(settings, id, clock, cancellationToken),
                    Remedy.WriteOffOrder => await StockRepair.WriteOffAsync(settings, id, clock, cancellationToken),
                    _ => new(IsDone: false, $"{violation.Invariant} of {id}: nothing can be done here."),
                });
            }
            catch (NpgsqlException e)
            {
                throw new OperatorException($"{results.Count(result => result.IsDone)} repaired, and then {id} could not be: {e.Message}", e);
            }
        }
        return results;
    }
}

/// <param name="Sentence">What was done, or why not.</param>
public sealed record RepairResult(bool IsDone, string Sentence);
