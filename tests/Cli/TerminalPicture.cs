using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Spectre.Console.Rendering;

namespace GoCart.Tests.Cli;

/// <summary>Draws what a terminal shows as an SVG: text with the colours of ECMA-48's SGR sequences.</summary>
internal static partial class TerminalPicture
{
    private const double CellWidth = 8.4;
    private const int LineHeight = 18;
    private const int Margin = 20;
    private const int TitleBar = 36;

    private static readonly string[] Buttons = ["#ff5f57", "#febc2e", "#28c840"];

    private static readonly Dictionary<string, string> Styles = new()
    {
        ["1"] = "font-weight=\"bold\"",
        ["2"] = "opacity=\"0.6\"",
        ["32"] = "fill=\"#8fce6a\"",
        ["91"] = "fill=\"#ff7b72\"",
        ["93"] = "fill=\"#e8c268\"",
        ["96"] = "fill=\"#6cc5d9\"",
    };

    public static string Draw(string title, string shown, int columns)
    {
        var lines = shown.ReplaceLineEndings("\n").TrimEnd().Split('\n');
        var (width, height) = ((columns * CellWidth) + (2 * Margin), (lines.Length * LineHeight) + TitleBar + Margin);

        var svg = new StringBuilder();
        Add($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">""");
        Add($"""<rect width="{width}" height="{height}" rx="9" fill="#1b1f27"/>""");
        foreach (var (index, colour) in Buttons.Index())
            Add($"""<circle cx="{Margin + (index * 20)}" cy="18" r="6" fill="{colour}"/>""");
        Add($"""<g font-family="ui-monospace, 'Cascadia Mono', Menlo, 'DejaVu Sans Mono', monospace" font-size="14" fill="#d7dce4">""");
        Add($"""<text x="{width / 2}" y="23" text-anchor="middle" opacity="0.6">{WebUtility.HtmlEncode(title)}</text>""");
        foreach (var (index, line) in lines.Index())
            DrawLine(line, y: TitleBar + ((index + 1) * LineHeight) - 4);
        Add($"</g>");
        Add($"</svg>");
        return svg.ToString();

        void Add(FormattableString markup) => svg.Append(markup.ToString(CultureInfo.InvariantCulture)).Append('\n');

        // Each piece has its place and its length: whatever font there is, columns stay under each other.
        void DrawLine(string line, int y)
        {
            var (column, style) = (0, "");
            foreach (var piece in Sequence().Split(line))
            {
                if (Sequence().IsMatch(piece))
                {
                    style = string.Join(' ', Codes(piece).Select(code => Styles.GetValueOrDefault(code, "")));
                    continue;
                }

                // Not the spaces: who draws an SVG may make one of many.
                foreach (var words in Words().EnumerateMatches(piece))
                {
                    var text = piece.Substring(words.Index, words.Length);
                    var x = Margin + ((column + Cells(piece[..words.Index])) * CellWidth);
                    Add($"""<text x="{x:0.0}" y="{y}" textLength="{Cells(text) * CellWidth:0.0}" {style}>{WebUtility.HtmlEncode(text)}</text>""");
                }

                column += Cells(piece);
            }
        }
    }

    private static int Cells(string text) => new Segment(text).CellCount();

    private static string[] Codes(string sequence) => sequence[2..^1].Split(';');

    [GeneratedRegex("(\u001B\\[[0-9;]*m)")]
    private static partial Regex Sequence();

    [GeneratedRegex(@"\S+(?: \S+)*")]
    private static partial Regex Words();
}
