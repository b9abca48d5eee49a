using System.Globalization;
using GoCart.Cli.Formats;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GoCart.Cli.Views;

/// <summary>The cells that tables and details are made of. Text of the store comes in here, and only here.</summary>
internal static class Render
{
    public static Table Table(params ReadOnlySpan<string> headers)
    {
        var table = new Table();
        foreach (var header in headers)
            table.AddColumn(new TableColumn(new Text(header, new Style(decoration: Decoration.Bold))));
        return table;
    }

    /// <summary>Ids stay whole, so that they can be copied.</summary>
    public static Table KeepWhole(this Table table, params ReadOnlySpan<int> columns)
    {
        foreach (var column in columns)
            table.Columns[column].NoWrap();
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

    public static string FormatTime(DateTimeOffset time, TimeProvider clock) => Format(time, clock, "yyyy-MM-dd HH:mm:ss");

    public static string FormatMinute(DateTimeOffset time, TimeProvider clock) => Format(time, clock, "yyyy-MM-dd HH:mm");

    private static string Format(DateTimeOffset time, TimeProvider clock, string format) =>
        TimeZoneInfo.ConvertTime(time, clock.LocalTimeZone).ToString(format, CultureInfo.InvariantCulture);
}
