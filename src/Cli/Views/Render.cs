using System.Globalization;
using GoCart.Cli.Formats;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GoCart.Cli.Views;

/// <summary>The cells that tables and details are made of. Text of the store comes in here, and only here.</summary>
internal static class Render
{
    private static readonly TableBorder Frame = new TerminalBorder();

    public static Table Table(params ReadOnlySpan<string> headers)
    {
        var table = new Table { Border = Frame };
        foreach (var header in headers)
            table.AddColumn(new TableColumn(new Text(header, new Style(decoration: Decoration.Bold))));
        return table;
    }

    /// <summary>Numbers stand at the right.</summary>
    public static Table AlignRight(this Table table, params ReadOnlySpan<int> columns)
    {
        foreach (var column in columns)
            table.Columns[column].RightAligned().NoWrap();
        return table;
    }

    /// <summary>Names and values, one pair a line.</summary>
    public static Grid Details(IEnumerable<(string Name, IRenderable Value)> rows)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var (name, value) in rows)
            grid.AddRow(Dim(name), value);
        return grid;
    }

    /// <summary>Text of the store on one line, made safe, and never read as markup.</summary>
    public static Text Plain(string? text, Style? style = null) => new(SafeText.Line(text), style);

    /// <summary>The same with its line breaks.</summary>
    public static Text Paragraph(string? text) => new(SafeText.Block(text));

    public static Text Dim(string text) => Plain(text, new Style(decoration: Decoration.Dim));

    public static Text Bold(string text) => Plain(text, new Style(decoration: Decoration.Bold));

    public static Text Number(long number) => new(number.ToString(CultureInfo.InvariantCulture));

    public static Text Money(long cents, string currency) => new(Price.Format(cents, currency));

    /// <summary>In the time zone of the person who reads it.</summary>
    public static Text Time(DateTimeOffset time, TimeProvider clock) => new(FormatTime(time, clock));

    public static string FormatTime(DateTimeOffset time, TimeProvider clock) =>
        TimeZoneInfo.ConvertTime(time, clock.LocalTimeZone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
