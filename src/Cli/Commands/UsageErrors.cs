using System.CommandLine;

namespace GoCart.Cli.Commands;

/// <summary>What is wrong with a command line, in the words of this client.</summary>
internal static class UsageErrors
{
    public static CliException Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var help = $"See: {string.Join(' ', [.. Path(parsed), "--help"])}";

        if (parsed.UnmatchedTokens is [var unknown, ..])
        {
            var known = unknown.StartsWith('-')
                ? command.Options.Concat(parsed.RootCommandResult.Command.Options).Select(option => option.Name)
                : command.Subcommands.Where(subcommand => !subcommand.Hidden).Select(subcommand => subcommand.Name);
            var meant = known.FirstOrDefault(name => Distance(name, unknown) <= 2);
            return CliException.Usage(
                $"\"{unknown}\" does not belong here.", meant is null ? help : $"Did you mean {meant}? {help}");
        }

        if (command.Subcommands.Count > 0)
        {
            var subcommands = command.Subcommands.Where(subcommand => !subcommand.Hidden).Select(subcommand => subcommand.Name);
            return CliException.Usage($"{string.Join(' ', Path(parsed))} what? {string.Join(", ", subcommands)}", help);
        }

        var message = parsed.Errors[0].Message.ReplaceLineEndings(" ").Replace("\t", "", StringComparison.Ordinal);
        return CliException.Usage(message, help);
    }

    private static IEnumerable<string> Path(ParseResult parsed)
    {
        var names = new List<string>();
        for (var result = parsed.CommandResult; result is { Command: not RootCommand }; result = result.Parent as System.CommandLine.Parsing.CommandResult)
            names.Insert(0, result.Command.Name);
        return ["gocart", .. names];
    }

    /// <summary>Levenshtein: how many letters to insert, remove or change.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
