using System.Globalization;
using System.Text;

namespace GoCart.Bench.Reports;

/// <summary>Lines and tables of Markdown, with numbers as they are written everywhere.</summary>
internal sealed class Markdown
{
    private readonly StringBuilder _text = new();

    public void Line(string line = "") => _text.Append(line).Append('\n');

    public void Row(params IEnumerable<string> cells) => Line($"| {string.Join(" | ", cells)} |");

    /// <summary>The first row, and the line below it.</summary>
    public void Head(params IReadOnlyList<string> cells)
    {
        Line();
        Row(cells);
        Row(cells.Select(_ => "---"));
    }

    public override string ToString() => _text.ToString();

    public static string Number(double value, string format = "#,0") =>
        double.IsNaN(value) ? "" : value.ToString(format, CultureInfo.InvariantCulture);

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? double.NaN : sorted[sorted.Count / 2];
    }

    /// <summary>The median, and the smallest and the largest when there are several.</summary>
    public static string Spread(IReadOnlyList<double> values, string format = "#,0") => values.Count == 1
        ? Number(values[0], format)
        : $"{Number(Median(values), format)} ({Number(values.Min(), format)}–{Number(values.Max(), format)})";
}
