using GoCart.Operator.DeadLetters;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GoCart.Cli.Views;

internal static class DeadLetterViews
{
    public static IRenderable Table(IReadOnlyList<DeadLetterQueue> queues)
    {
        var table = Render.Table("Queue", "Dead letters", "Waiting").KeepWhole(0).AlignRight(1, 2);
        foreach (var queue in queues)
            table.AddRow(Render.Plain(queue.Name), Render.Number(queue.Count), Render.Number(queue.Waiting));
        return new Framed(table);
    }

    public static IRenderable Details(DeadLetter letter, TimeProvider clock)
    {
        var rows = new List<(string, IRenderable)>
        {
            ("Message", Render.Plain(letter.MessageId ?? "(no id)")),
            ("Type", Render.Plain(letter.Type ?? "(none)")),
            ("Reason", Render.Plain(letter.Reason ?? "(unknown)")),
        };
        if (letter.DiedAt is { } diedAt)
            rows.Add(("Died", Render.Time(diedAt, clock)));
        rows.AddRange(letter.Headers.Select(header => (header.Key, (IRenderable)Render.Plain(header.Value))));
        rows.Add(("Body", Render.Paragraph(letter.Body)));
        return new Rows(Render.Details(rows), Text.Empty);
    }
}
