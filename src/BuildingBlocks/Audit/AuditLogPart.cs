using System.Globalization;

namespace GoCart.BuildingBlocks.Audit;

/// <summary>What of an audit log is asked for: entries before a position, not older than a time, newest first.</summary>
/// <param name="BeforeAt">With <paramref name="BeforeId"/> where the part begins, itself left out.</param>
public sealed record AuditLogPart(
    DateTimeOffset BeforeAt, Guid BeforeId, DateTimeOffset From, Guid? Actor, Guid? Target, int Limit)
{
    /// <summary>For the query of <c>/internal/audit-log</c>.</summary>
    public string ToQuery()
    {
        var query = $"?before_at={Text(BeforeAt)}&before_id={BeforeId}&from={Text(From)}&limit={Limit}";
        if (Actor is { } actor)
            query += $"&actor={actor}";
        if (Target is { } target)
            query += $"&target={target}";
        return query;
    }

    private static string Text(DateTimeOffset time) =>
        Uri.EscapeDataString(time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
}
