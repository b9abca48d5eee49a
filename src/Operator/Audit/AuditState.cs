using System.Text.Json;
using GoCart.Contracts;

namespace GoCart.Operator.Audit;

/// <summary>What is remembered from one audit to the next, in a file beside the operator's settings.</summary>
public sealed record AuditState
{
    private const string FileName = "audit-state.json";

    /// <summary>The last clean audit covers everything before; null while there was none.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When everything was last looked at.</summary>
    public DateTimeOffset? LastFull { get; init; }

    /// <summary>When each invariant was last seen to hold.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> LastClean { get; init; } = new Dictionary<string, DateTimeOffset>();

    /// <exception cref="OperatorException">It is there, and cannot be read.</exception>
    public static AuditState Read(OperatorSettings settings)
    {
        if (PathOf(settings) is not { } path || !File.Exists(path))
            return new();

        try
        {
            return JsonSerializer.Deserialize<AuditState>(File.ReadAllText(path), Json.Tolerant) ?? new();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new OperatorException($"{path} cannot be read; delete it, and the next audit looks at everything: {e.Message}", e);
        }
    }

    public AuditState After(AuditReport report, DateTimeOffset now)
    {
        var broken = report.Violations.Select(violation => violation.Invariant).ToHashSet();
        var lastClean = new Dictionary<string, DateTimeOffset>(LastClean);
        foreach (var invariant in report.Proved.Where(invariant => !broken.Contains(invariant)))
            lastClean[invariant] = now;
        return new()
        {
            // What is broken has to be seen again.
            Since = report.IsClean ? report.NextSince : Since,
            LastFull = report.Since is null ? now : LastFull,
            LastClean = lastClean,
        };
    }

    /// <exception cref="OperatorException">It cannot be written.</exception>
    public void Write(OperatorSettings settings)
    {
        if (PathOf(settings) is not { } path)
            return;

        try
        {
            WholeFile.Write(path, JsonSerializer.Serialize(this, Json.Tolerant));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException($"{path} cannot be written, so that the next audit will not know of this one: {e.Message}", e);
        }
    }

    private static string? PathOf(OperatorSettings settings) =>
        settings.Folder is null ? null : Path.Combine(settings.Folder, FileName);
}
