using Spectre.Console;

namespace GoCart.AppHost.Terminal;

/// <summary>The person at the terminal, or the file that standard output goes to.</summary>
internal sealed class StoreConsole(bool assumeYes)
{
    private const int WidthOfFiles = 140;

    public IAnsiConsole Ansi { get; } = Create();

    /// <summary>Something that happens while the store runs. Nothing depends on somebody hearing it.</summary>
    public void Say(string message) => TryWrite(() =>
    {
        // Broken into lines only where there are lines: not in a file.
        if (Console.IsOutputRedirected)
            Console.Out.WriteLine(message);
        else
            Ansi.WriteLine(message);
    });

    /// <summary>Why it cannot go on; to standard error.</summary>
    public static void Fail(string message) => TryWrite(() => Console.Error.WriteLine(message));

    /// <summary>A terminal that was closed, and a disk that is full, take nothing more: that stops no store from closing.</summary>
    public static void TryWrite(Action write)
    {
        try
        {
            write();
        }
        catch (IOException)
        {
            // There is nobody left to tell.
        }
    }

    /// <summary>
    /// Yes without asking when told so, and when there is nobody to ask and nothing can be lost.
    /// </summary>
    /// <param name="withoutTerminal">The answer of nobody, and of Enter alone.</param>
    /// <exception cref="OperationCanceledException">Instead of an answer, the store was asked to stop.</exception>
    public bool Confirm(string question, bool withoutTerminal, CancellationToken cancellationToken)
    {
        if (assumeYes)
            return true;
        return Ansi.Profile.Capabilities.Interactive && !Console.IsInputRedirected
            ? new ConfirmationPrompt(question) { DefaultValue = withoutTerminal }
                .ShowAsync(Ansi, cancellationToken).GetAwaiter().GetResult()
            : withoutTerminal;
    }

    private static IAnsiConsole Create()
    {
        if (!Console.IsOutputRedirected)
            return AnsiConsole.Create(new AnsiConsoleSettings());

        var file = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        // A file has no width: its lines are not broken at the 80 columns a missing terminal is taken to have.
        file.Profile.Width = WidthOfFiles;
        return file;
    }
}
