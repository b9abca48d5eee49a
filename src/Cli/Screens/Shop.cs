using GoCart.Cli.Formats;
using GoCart.Cli.Terminals;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GoCart.Cli.Screens;

/// <summary>What every screen of the menu works with.</summary>
internal sealed record Shop(GoCartClient Client, Terminal Terminal, Prompt Prompt)
{
    public TimeProvider Clock => Terminal.Clock;

    public void Show(IRenderable view) => Terminal.Console.Write(view);

    public void ShowTitle(string title)
    {
        Terminal.Say("");
        Show(new Text(SafeText.Line(title) + "\n", new Style(decoration: Decoration.Bold)));
    }

    /// <summary>Does one thing; if the store refuses, says why, and the screen goes on.</summary>
    public async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        // Who is signed out has no business on any screen but the first; the menu goes back there.
        catch (CliException failure) when (failure is not EndOfInputException && failure.ExitCode != ExitCode.NotSignedIn)
        {
            Terminal.SayFailure(failure);
        }
    }

    /// <summary>A numbered menu, as the original had it: "1 Login".</summary>
    /// <returns>The index of the choice; null if the person went back.</returns>
    public async Task<int?> ChooseAsync(IReadOnlyList<string> choices, CancellationToken cancellationToken)
    {
        foreach (var (index, choice) in choices.Index())
            Terminal.Say($"{index + 1} {choice}");

        return await Prompt.AskForAsync(
            ">",
            text => WholeNumber.IndexOf(text, choices.Count) is { } chosen
                ? (chosen, null)
                : (0, $"Type a number from 1 to {choices.Count}."),
            cancellationToken);
    }
}
