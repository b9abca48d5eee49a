using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace GoCart.Tests.EndToEnd.Plans;

/// <summary>How PostgreSQL ran a statement, as its module auto_explain noted it.</summary>
/// <param name="Reads">What it read from tables, step by step.</param>
internal sealed partial record StatementPlan(string Database, string Statement, IReadOnlyList<TableRead> Reads)
{
    /// <summary>All of these databases that stand in the log of the server.</summary>
    public static List<StatementPlan> ReadAll(string log, IReadOnlyCollection<string> databases)
    {
        var plans = new List<StatementPlan>();
        string? database = null;
        var plan = new StringBuilder();
        foreach (var line in File.ReadLines(log).Append("the end"))
        {
            if (database is not null && line.StartsWith('\t'))
            {
                plan.AppendLine(line);
                continue;
            }
            if (database is not null)
                plans.Add(Parse(database, plan.ToString()));
            plan.Clear();
            database = PlanHead().Match(line) is { Success: true } head && databases.Contains(head.Groups["database"].Value)
                ? head.Groups["database"].Value
                : null;
        }
        return plans;
    }

    public override string ToString() => $"{Database}: {Statement}\n    {string.Join("\n    ", Reads)}";

    private static StatementPlan Parse(string database, string json)
    {
        using var document = JsonDocument.Parse(json);
        var reads = new List<TableRead>();
        Collect(document.RootElement.GetProperty("Plan"), reads);
        return new(database, document.RootElement.GetProperty("Query Text").GetString() ?? "", reads);
    }

    private static void Collect(JsonElement step, List<TableRead> reads)
    {
        var kind = step.GetProperty("Node Type").GetString() ?? "";
        if (kind.EndsWith("Scan", StringComparison.Ordinal) && step.TryGetProperty("Relation Name", out var table))
        {
            var rows = Number(step, "Actual Rows") + Number(step, "Rows Removed by Filter") + Number(step, "Rows Removed by Index Recheck");
            reads.Add(new(table.GetString() ?? "", kind, rows * Number(step, "Actual Loops")));
        }
        if (!step.TryGetProperty("Plans", out var below))
            return;
        foreach (var next in below.EnumerateArray())
            Collect(next, reads);
    }

    private static double Number(JsonElement step, string name) => step.TryGetProperty(name, out var value) ? value.GetDouble() : 0;

    [GeneratedRegex(@"^\S+ \S+ \S+ \[\d+\] \w*@(?<database>\w+) LOG:  duration: .* plan:$")]
    private static partial Regex PlanHead();
}

/// <param name="Rows">Those that it looked at, whether it kept them or not.</param>
internal sealed record TableRead(string Table, string Kind, double Rows)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kind} of {Table}: {Rows:0} rows");
}
