namespace GoCart.Operator.Audit;

/// <summary>What an audit looks at.</summary>
public sealed record AuditOptions
{
    /// <summary>Also demands that nothing is under way any more (I7).</summary>
    public bool Settled { get; init; }

    /// <summary>Only what has changed since then; null for everything. The <see cref="AuditReport.NextSince"/> of a clean audit.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>A folder of log files to look for secrets in (I16); null for none.</summary>
    public string? Logs { get; init; }
}
