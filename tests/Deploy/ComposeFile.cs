using System.Text.RegularExpressions;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Deploy;

/// <summary>
/// The Compose files of deploy/, as far as tests need them: the lines of each service, without their indentation, together
/// with those of the blocks it merges. YamlDotNet would read all of YAML; these are the few forms that the files use.
/// </summary>
internal static partial class ComposeFile
{
    private const string Store = "deploy/compose.yaml";
    private const string Cluster = "deploy/compose.cluster.yaml";

    public static IReadOnlyList<string> Paths => [Store, Cluster];

    /// <summary>Of the cluster's file, those that it adds to the store's.</summary>
    public static Dictionary<string, IReadOnlyList<string>> ReadServices()
    {
        var services = Read(Store);
        foreach (var (name, lines) in Read(Cluster))
            services.TryAdd(name, lines);
        return services;
    }

    private static Dictionary<string, IReadOnlyList<string>> Read(string path)
    {
        var lines = File.ReadAllLines(Repository.Path(path));
        var anchors = Blocks(lines, indentation: 0)
            .Where(block => Anchor().IsMatch(block.Head))
            .ToDictionary(block => Anchor().Match(block.Head).Groups[1].Value, block => block.Lines);
        var services = Blocks([.. lines.SkipWhile(line => line != "services:").Skip(1).TakeWhile(line => line.Length == 0 || line[0] is ' ' or '#')], indentation: 2);

        return services.ToDictionary(
            block => block.Head.Trim().TrimEnd(':'), block => (IReadOnlyList<string>)[.. Merged(block.Lines, anchors)]);
    }

    private static IEnumerable<string> Merged(IReadOnlyList<string> lines, IReadOnlyDictionary<string, IReadOnlyList<string>> anchors) =>
        lines.SelectMany(line => Merge().Match(line) is { Success: true } merge && anchors.TryGetValue(merge.Groups[1].Value, out var merged)
            ? Merged(merged, anchors)
            : [line]);

    /// <summary>What begins at that indentation, each with the lines that stand deeper.</summary>
    private static IEnumerable<(string Head, IReadOnlyList<string> Lines)> Blocks(string[] lines, int indentation)
    {
        var starts = Enumerable.Range(0, lines.Length).Where(at => IndentationOf(lines[at]) == indentation).ToArray();
        foreach (var (start, index) in starts.Select((start, index) => (start, index)))
        {
            var end = index + 1 < starts.Length ? starts[index + 1] : lines.Length;
            yield return (lines[start], [.. lines.Skip(start + 1).Take(end - start - 1).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')]);
        }
    }

    /// <summary>-1 for what is empty or a comment.</summary>
    private static int IndentationOf(string line)
    {
        var text = line.TrimStart();
        return text.Length == 0 || text[0] == '#' ? -1 : line.Length - text.Length;
    }

    [GeneratedRegex(@"^x-[a-z-]+: &([a-z-]+)$")]
    private static partial Regex Anchor();

    [GeneratedRegex(@"^<<: \*([a-z-]+)$")]
    private static partial Regex Merge();
}
