using System.Globalization;
using GoCart.Cli.Formats;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GoCart.Cli.Terminals;

/// <summary>Asks for one line. Escape answers null: the person wants to go back.</summary>
internal sealed class Prompt(IAnsiConsole console, IAnsiConsoleInput keyboard)
{
    private const char EndOfTransmission = '\u0004';
    private const char EraseLine = '\u0015';

    private TextWriter Echo => console.Profile.Out.Writer;

    /// <param name="initial">Stands there already, to be edited.</param>
    public Task<string?> AskAsync(string question, CancellationToken cancellationToken, string initial = "") =>
        ReadLineAsync(question, initial, isSecret: false, cancellationToken);

    /// <summary>Shows nothing of what is typed, not even its length.</summary>
    public Task<string?> AskSecretAsync(string question, CancellationToken cancellationToken) =>
        ReadLineAsync(question, "", isSecret: true, cancellationToken);

    public async Task<bool> ConfirmAsync(string question, CancellationToken cancellationToken)
    {
        while (true)
        {
            var answer = await AskAsync($"{question} [y/n]", cancellationToken);
            switch (answer?.Trim().ToLowerInvariant())
            {
                case "y" or "yes": return true;
                case "n" or "no" or null: return false;
            }
        }
    }

    /// <summary>Asks again until the answer can be read. An empty answer goes back, too.</summary>
    /// <param name="read">The value, or what is wrong with the text.</param>
    public async Task<T?> AskForAsync<T>(
        string question, Func<string, (T Value, string? Problem)> read, CancellationToken cancellationToken, string initial = "")
        where T : struct
    {
        while (await AskAsync(question, cancellationToken, initial) is { } answer && !string.IsNullOrWhiteSpace(answer))
        {
            var (value, problem) = read(answer.Trim());
            if (problem is null)
                return value;
            console.Write(new Text(problem + "\n", new Style(Color.Yellow)));
        }

        return null;
    }

    private async Task<string?> ReadLineAsync(string question, string initial, bool isSecret, CancellationToken cancellationToken)
    {
        var typed = SafeText.Line(initial);
        console.Write(new Text($"{SafeText.Line(question)} ", new Style(Color.Aqua)));
        Echo.Write(typed);

        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await keyboard.ReadKeyAsync(intercept: true, cancellationToken) is not { } key)
                continue;

            switch (key)
            {
                case { Key: ConsoleKey.Enter }:
                    Echo.WriteLine();
                    return typed;
                case { KeyChar: EndOfTransmission } when typed.Length == 0:
                    Echo.WriteLine();
                    throw new EndOfInputException();
                case { Key: ConsoleKey.Escape }:
                    Echo.WriteLine();
                    return null;
                case { Key: ConsoleKey.Backspace } when typed.Length > 0:
                    var kept = typed[..^LengthOfLastCharacter(typed)];
                    Erase(typed[kept.Length..]);
                    typed = kept;
                    break;
                case { KeyChar: EraseLine }:
                    Erase(typed);
                    typed = "";
                    break;
                case { KeyChar: var character } when !char.IsControl(character):
                    typed += character;
                    if (!isSecret)
                        Echo.Write(character);
                    break;
            }
        }

        void Erase(string text)
        {
            if (!isSecret)
                Echo.Write(string.Concat(Enumerable.Repeat("\b \b", new Segment(text).CellCount())));
        }
    }

    /// <summary>What a person takes for one character may be several chars: é, or a family of four.</summary>
    private static int LengthOfLastCharacter(string text) =>
        text.Length - StringInfo.ParseCombiningCharacters(text)[^1];
}

/// <summary>Ctrl-D on an empty line, or the terminal's other end has closed: there will be no more answers.</summary>
internal sealed class EndOfInputException() : CliException(Cli.ExitCode.Failed, "The input ended.");
