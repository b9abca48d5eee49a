using System.Globalization;

namespace GoCart.Cli.Formats;

/// <summary>A number as people type it: digits, and nothing that only some countries or programs write.</summary>
internal static class WholeNumber
{
    public static bool TryParse(string text, out int number) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <returns>The index of the row that is counted from 1; null when there is no such row.</returns>
    public static int? IndexOf(string text, int rows) =>
        TryParse(text, out var number) && number >= 1 && number <= rows ? number - 1 : null;
}
