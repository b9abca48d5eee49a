using System.Globalization;
using GoCart.Operator.Audit;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GoCart.Cli.Views;

internal static class AuditViews
{
    public static IRenderable Table(AuditReport report)
    {
        var table = Render.Table("Invariant", "Row", "Id", "What is wrong").KeepWhole(0, 2);
        foreach (var violation in report.Violations)
        {
            table.AddRow(
                new Text(violation.Invariant), Render.Plain(violation.Kind), Render.Plain(violation.Row), Render.Plain(violation.Detail));
        }
        return new Framed(table);
    }

    public static string Plan(Violation violation) => violation.Remedy switch
    {
        Remedy.SendOrderCreated => $"send order.created of {violation.Row} again: {violation.Detail}",
        Remedy.SendOrderCancelled => $"send order.cancelled of {violation.Row} again: {violation.Detail}",
        Remedy.CancelOrder => $"cancel order {violation.Row}: {violation.Detail}",
        Remedy.WriteOffOrder => $"write order {violation.Row} down as lost and give back its stock: {violation.Detail}",
        Remedy.CorrectLedger => $"add an adjustment to the ledger of product {violation.Row}: {violation.Detail}",
        _ => $"look at {violation.Row}: {violation.Detail}",
    };

    public static string Broken(AuditReport report)
    {
        var broken = report.Violations.Select(violation => violation.Invariant).Distinct()
            .Select(invariant => $"{invariant}: {Invariants.All[invariant]}");
        return $"The audit found {report.Violations.Count} violations.\n{string.Join('\n', broken)}";
    }

    public static string Clean(AuditReport report)
    {
        var counts = report.Checked.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Value} {entry.Key}"));
        return $"{(report.Since is null ? "Everything" : "What has changed")} holds: {string.Join(", ", counts)}.";
    }
}
