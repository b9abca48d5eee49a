using Spectre.Console;
using Spectre.Console.Rendering;

namespace GoCart.Cli.Views;

/// <summary>A frame for eyes. Where the output is no terminal, a program reads columns, and gets only them.</summary>
internal sealed class TerminalBorder : TableBorder
{
    /// <summary>Taken when the output cannot, or shall not, draw lines; <see cref="Terminals.OutputStream"/> says so.</summary>
    public override TableBorder SafeBorder => None;

    public override string GetPart(TableBorderPart part) => Rounded.GetPart(part);
}
