using System.Globalization;

namespace GoCart.BuildingBlocks.Http;

/// <summary>A time in a query: RFC 3339, with its zone.</summary>
public static class RequestTime
{
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    /// <param name="absent">What the time is if there is none.</param>
    public static bool TryParse(string? text, DateTimeOffset absent, out DateTimeOffset time)
    {
        time = absent;
        return text is null || DateTimeOffset.TryParseExact(
            text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }
}
