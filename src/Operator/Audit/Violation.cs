namespace GoCart.Operator.Audit;

/// <summary>A row that breaks an invariant.</summary>
/// <param name="Invariant">As in docs/invariants.md: I1, I2, …</param>
/// <param name="Kind">What the id is the id of: product, order, order item, cart, session, message.</param>
/// <param name="Row">The id.</param>
/// <param name="Detail">What is wrong with it.</param>
public sealed record Violation(string Invariant, string Kind, string Row, string Detail);

/// <param name="Checked">How many rows of each kind were looked at.</param>
/// <param name="Violations">Up to <see cref="Snapshot.MaxRows"/> of each check.</param>
public sealed record AuditReport(IReadOnlyDictionary<string, long> Checked, IReadOnlyList<Violation> Violations)
{
    public bool IsClean => Violations.Count == 0;
}
