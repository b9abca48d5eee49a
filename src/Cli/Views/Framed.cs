using Spectre.Console;
using Spectre.Console.Rendering;

namespace GoCart.Cli.Views;

/// <summary>A table with a frame for eyes. Where the output is no terminal, a program reads columns, and gets only them.</summary>
/// <param name="narrow">The same for a terminal too narrow for <paramref name="table"/>.</param>
internal sealed class Framed(Table table, Table? narrow = null) : IRenderable
{
    /// <summary>A terminal has 80 columns unless somebody makes it wider.</summary>
    private const int Wide = 120;

    public Measurement Measure(RenderOptions options, int maxWidth) =>
        ((IRenderable)TableFor(options, maxWidth)).Measure(options, maxWidth);

    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
        ((IRenderable)TableFor(options, maxWidth)).Render(options, maxWidth);

    private Table TableFor(RenderOptions options, int maxWidth)
    {
        var chosen = narrow is not null && maxWidth < Wide ? narrow : table;
        // Terminals.OutputStream allows lines on terminals only.
        return chosen.Border(options.Unicode ? TableBorder.Rounded : TableBorder.None);
    }
}
