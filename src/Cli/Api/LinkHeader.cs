using System.Text.RegularExpressions;

namespace GoCart.Cli.Api;

/// <summary>The Link header (RFC 8288), as far as paging needs it.</summary>
internal static partial class LinkHeader
{
    /// <returns>The target of the link with <c>rel="next"</c>, or null on the last page.</returns>
    public static string? Next(IEnumerable<string> values) =>
        (from value in values
         from Match link in Link().Matches(value)
         from relation in link.Groups["rel"].Captures
         where relation.Value.Split(' ').Contains("next", StringComparer.OrdinalIgnoreCase)
         select link.Groups["target"].Value).FirstOrDefault();

    [GeneratedRegex(
        """<(?<target>[^>]*)>(?:\s*;\s*(?:rel\s*=\s*(?:"(?<rel>[^"]*)"|(?<rel>[^\s;,"]+))|[^\s=;,]+(?:\s*=\s*(?:"[^"]*"|[^\s;,"]*))?))*""",
        RegexOptions.IgnoreCase)]
    private static partial Regex Link();
}
