using System.Globalization;

namespace GoCart.Cli.Commands;

/// <summary>A time as an option has it: 30s, 15m or 24h.</summary>
internal static class Duration
{
    /// <returns>Null when it is none, or one of more than 10,000.</returns>
    public static TimeSpan? Parse(string text)
    {
        var unit = text.Length == 0 ? ' ' : text[^1];
        if (!int.TryParse(text.AsSpan(0, Math.Max(0, text.Length - 1)), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count is 0 or > 10_000)
            return null;
        return unit switch
        {
            's' => TimeSpan.FromSeconds(count),
            'm' => TimeSpan.FromMinutes(count),
            'h' => TimeSpan.FromHours(count),
            _ => null,
        };
    }
}
