using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace GoCart.Cli.Formats;

/// <summary>
/// What the store sends was typed by somebody else. A product named with an escape sequence could otherwise recolour,
/// rewrite or rename the terminal, and one with bidirectional controls could show a price that is not the price.
/// </summary>
internal static partial class SafeText
{
    /// <summary>The text on one line, with nothing in it that a terminal would obey.</summary>
    public static string Line(string? text) => Clean(text, keepLineBreaks: false).Trim();

    /// <summary>The same with its line breaks, for descriptions.</summary>
    public static string Block(string? text) => Clean(text, keepLineBreaks: true).Trim();

    /// <summary>JSON that means the same, with such characters written as \uXXXX. In valid JSON they stand in strings only.</summary>
    public static string Json(string json)
    {
        if (!json.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return json;

        var safe = new StringBuilder(json.Length);
        foreach (var c in json)
        {
            if (c is not ('\n' or '\r' or '\t') && (char.IsControl(c) || TurnsTextAround(c)))
                safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                safe.Append(c);
        }

        return safe.ToString();
    }

    private static string Clean(string? text, bool keepLineBreaks)
    {
        if (string.IsNullOrEmpty(text))
            return "";

        var clean = new StringBuilder(text.Length);
        // Runes and not chars: half a surrogate pair comes out as U+FFFD.
        foreach (var rune in EscapeSequence().Replace(text, "").ReplaceLineEndings("\n").EnumerateRunes())
        {
            if (rune.Value == '\n')
                clean.Append(keepLineBreaks ? '\n' : ' ');
            else if (rune.Value == '\t')
                clean.Append(' ');
            else if (!Rune.IsControl(rune) && !(rune.IsBmp && TurnsTextAround((char)rune.Value)))
                clean.Append(rune);
        }

        return clean.ToString();
    }

    /// <summary>The bidirectional controls of Unicode (UAX #9).</summary>
    private static bool TurnsTextAround(char c) =>
        c is '\u061C' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    // ECMA-48: control sequences (CSI), strings (OSC, DCS, SOS, PM, APC) up to their terminator, and the two-character escapes;
    // each with ESC or as one C1 character. A string that is never ended goes to the end of the text, as in a terminal.
    [GeneratedRegex(
        @"(?:\x1B\[|\x9B)[0-?]*[ -/]*[@-~]?" +
        @"|(?:\x1B[\]PX^_]|[\x9D\x90\x98\x9E\x9F])[\s\S]*?(?:\x07|\x1B\\|\x9C|$)" +
        @"|\x1B[ -/]*[0-~]?")]
    private static partial Regex EscapeSequence();
}
