using GoCart.Cli.Formats;
using Spectre.Console;

namespace GoCart.Cli.Terminals;

/// <summary>The conversation with the person at the terminal: sentences, progress and questions.</summary>
/// <param name="console">Standard error for commands, whose standard output is for data; standard output for the menu.</param>
internal sealed class Terminal(CliEnvironment environment, IAnsiConsole console)
{
    public IAnsiConsole Console => console;

    public TimeProvider Clock => environment.Clock;

    /// <summary>Null when nobody is there to be asked.</summary>
    public Prompt? Prompt { get; } =
        environment.InIsTerminal && console.Profile.Out.IsTerminal ? new Prompt(console, environment.Keyboard ?? console.Input) : null;

    public void Say(string sentence) => Write(sentence, Style.Plain);

    public void SayDone(string sentence) => Write(sentence, new Style(Color.Green));

    public void SayWarning(string sentence) => Write(sentence, new Style(Color.Yellow));

    public void SayHint(string sentence) => Write(sentence, new Style(decoration: Decoration.Dim));

    public void SayFailure(CliException failure)
    {
        Write($"gocart: {failure.Message}", new Style(Color.Red));
        foreach (var detail in failure.Details)
            Write($"- {detail}", new Style(Color.Red));
        if (failure.Hint is { } hint)
            SayHint(hint);
    }

    /// <summary>Does something that may take a while, and shows that it is being done.</summary>
    public async Task<T> WhileAsync<T>(string doing, Func<Task<T>> work)
    {
        if (!console.Profile.Capabilities.Ansi)
        {
            Say(doing);
            return await work();
        }

        return await console.Status().Spinner(Spinner.Known.Dots).StartAsync(Markup.Escape(doing), _ => work());
    }

    // Text and never markup: brackets in a product's name are brackets.
    private void Write(string sentence, Style style) => console.Write(new Text(SafeText.Block(sentence) + "\n", style));
}
