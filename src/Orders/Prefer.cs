using System.Globalization;

namespace GoCart.Orders;

/// <summary>The request header <c>Prefer: wait=N</c>, RFC 7240 §4.3.</summary>
internal static class Prefer
{
    public const string AppliedHeader = "Preference-Applied";

    private const int MaxSeconds = 10;

    /// <summary>How many seconds the client would wait, 1 to 10; null when it does not say so. What cannot be understood is ignored.</summary>
    public static int? WaitSeconds(HttpRequest request)
    {
        // Of a preference that is repeated, the first counts. A quoted text with a comma in it falls into two parts that say
        // nothing; the worst that could come of it is a wait, which is only a preference.
        var wait = request.Headers["Prefer"]
            .SelectMany(header => (header ?? "").Split(','))
            .Select(preference => preference.Split(';')[0].Split('=', 2, StringSplitOptions.TrimEntries))
            .FirstOrDefault(preference => preference[0].Equals("wait", StringComparison.OrdinalIgnoreCase));

        return wait is [_, var value]
            && int.TryParse(Unquote(value), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= 1 and <= MaxSeconds
                ? seconds
                : null;
    }

    private static string Unquote(string text) => text is ['"', .. var inner, '"'] ? inner : text;
}
