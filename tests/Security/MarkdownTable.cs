using System.Text.RegularExpressions;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Security;

/// <summary>A table of a page in docs/, so that a test can hold the page to what is true.</summary>
internal static partial class MarkdownTable
{
    /// <summary>The rows of the first table below a heading, without its head; each a row's cells, without code marks.</summary>
    /// <param name="heading">As it stands there, with its marks: <c>## Database rights</c>.</param>
    public static async Task<IReadOnlyList<string[]>> ReadAsync(string path, string heading)
    {
        var lines = await File.ReadAllLinesAsync(Repository.Path(path), TestContext.Current.CancellationToken);
        var section = lines.SkipWhile(line => line != heading).Skip(1);
        return
        [
            .. section.SkipWhile(line => !IsRow(line)).TakeWhile(IsRow).Skip(2)
                .Select(line => Bar().Split(line.Trim().Trim('|')).Select(Text).ToArray()),
        ];
    }

    private static bool IsRow(string line) => line.StartsWith('|');

    private static string Text(string cell) => cell.Trim()
        .Replace("`", "", StringComparison.Ordinal)
        .Replace(@"\|", "|", StringComparison.Ordinal);

    /// <summary>Between two cells; a bar within one is written \|.</summary>
    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Bar();
}
