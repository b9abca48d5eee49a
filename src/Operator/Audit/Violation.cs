using System.Text.Json.Serialization;

namespace GoCart.Operator.Audit;

/// <summary>A row that breaks an invariant.</summary>
/// <param name="Invariant">As in docs/operations.md: I1, I2, …</param>
/// <param name="Kind">What the id is the id of: product, order, order item, cart, session, message, queue, log.</param>
/// <param name="Row">The id.</param>
/// <param name="Detail">What is wrong with it.</param>
/// <param name="Remedy">What <c>gocart audit --repair</c> does about it.</param>
public sealed record Violation(
    string Invariant,
    string Kind,
    string Row,
    string Detail,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] Remedy Remedy = Remedy.None);

/// <param name="Checked">How many rows of each kind were looked at.</param>
/// <param name="Violations">Up to <see cref="Snapshot.MaxRows"/> of each check.</param>
public sealed record AuditReport(IReadOnlyDictionary<string, long> Checked, IReadOnlyList<Violation> Violations)
{
    public bool IsClean => Violations.Count == 0;

    /// <summary>The invariants that were looked at.</summary>
    public IReadOnlyList<string> Proved { get; init; } = [];

    /// <summary>Only what has changed since then was looked at; null for everything.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>What was repaired, one sentence each; null if that was not asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Repaired { get; init; }

    /// <summary>If this audit is clean, the next one need only look at what changes from then on.</summary>
    [JsonIgnore]
    public DateTimeOffset NextSince { get; init; }
}
