using GoCart.Contracts.Orders;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GoCart.Cli.Views;

internal static class TimelineViews
{
    public static IRenderable Table(OrderTimeline timeline, TimeProvider clock)
    {
        var table = Render.Table("Time", "Service", "What", "Detail", "Who", "Trace").KeepWhole(0, 1);
        foreach (var entry in timeline.Entries)
        {
            table.AddRow(
                Render.Time(entry.At, clock), Render.Plain(entry.Service), Render.Plain(entry.What.Replace('_', ' ')),
                Render.Plain(entry.Detail), Render.Plain(entry.ActorId is { } id ? $"{entry.Actor} {id}" : entry.Actor), Render.Plain(entry.TraceId));
        }
        return new Framed(table);
    }
}
