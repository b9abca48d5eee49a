using System.CommandLine;

namespace GoCart.Cli.Commands;

/// <summary>Completion on the Tab key: a script for each shell, which asks a hidden command what fits.</summary>
internal static class CompletionCommands
{
    /// <summary>The hidden command the scripts call.</summary>
    private const string Complete = "__complete";

    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = $$"""
            # gocart completion for bash: add to ~/.bashrc
            #   source <(gocart completion bash)
            _gocart() {
                local word
                COMPREPLY=()
                while IFS= read -r word; do COMPREPLY+=("$word"); done \
                    < <("${COMP_WORDS[0]}" {{Complete}} -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
            }
            complete -o default -F _gocart gocart
            """,
        ["zsh"] = $$"""
            #compdef gocart
            # gocart completion for zsh: add to ~/.zshrc, after compinit
            #   source <(gocart completion zsh)
            _gocart() {
                local -a fitting
                fitting=("${(@f)$("${words[1]}" {{Complete}} -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
                [[ -n "${fitting[1]}" ]] && compadd -- "${fitting[@]}"
            }
            compdef _gocart gocart
            """,
        ["fish"] = $$"""
            # gocart completion for fish: write to ~/.config/fish/completions/gocart.fish
            #   gocart completion fish > ~/.config/fish/completions/gocart.fish
            function __gocart_fitting
                set -l typed (commandline -opc) (commandline -ct)
                $typed[1] {{Complete}} -- $typed[2..-1] 2>/dev/null
            end
            complete -c gocart -f -a '(__gocart_fitting)'
            """,
    };

    public static IEnumerable<Command> All(CliEnvironment environment) => [Script(environment), Fitting(environment)];

    private static Command Script(CliEnvironment environment)
    {
        var shell = new Argument<string>("shell") { Description = "Which shell." };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new Command("completion", "Prints a script that completes gocart's commands on the Tab key.") { shell };
        command.SetAction(parsed => environment.Out.Writer.Write(Scripts[parsed.GetRequiredValue(shell)] + "\n"));
        return command;
    }

    private static Command Fitting(CliEnvironment environment)
    {
        var words = new Argument<string[]>("words") { Arity = ArgumentArity.ZeroOrMore };
        var command = new Command(Complete) { words };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            foreach (var fitting in FindFitting(parsed.RootCommandResult.Command, parsed.GetValue(words) ?? []))
                environment.Out.Writer.Write(fitting + "\n");
        });
        return command;
    }

    /// <param name="words">What was typed after the command's name; the last one is being completed, and may be empty.</param>
    private static IEnumerable<string> FindFitting(Command root, string[] words)
    {
        var (before, begun) = words is [.. var all, var last] ? (all, last) : ([], "");
        if (root.Parse(before).UnmatchedTokens.Count > 0)
            return [];

        // The parser completes a line of text only; quotes keep a word with spaces one word.
        var line = string.Concat(before.Select(word => $"\"{word}\" ")) + begun;
        return from item in root.Parse(line).GetCompletions(line.Length)
               let text = item.InsertText ?? item.Label
               where text.StartsWith(begun, StringComparison.Ordinal)
               // Only real names: not /h and -?, which mean --help as well.
               where text.StartsWith("--", StringComparison.Ordinal) || !(text.StartsWith('-') || text.StartsWith('/'))
               select text;
    }
}
