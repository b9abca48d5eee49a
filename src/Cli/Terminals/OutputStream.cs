using System.Text;
using Spectre.Console;

namespace GoCart.Cli.Terminals;

/// <summary>Standard output or standard error, as Spectre.Console wants to know it.</summary>
internal sealed record OutputStream(TextWriter Writer, bool IsTerminal, int Width, int Height) : IAnsiConsoleOutput
{
    /// <summary>Into a file or a pipe nothing is wrapped: one row of a table stays one line.</summary>
    private const int Unlimited = 2000;

    public static OutputStream To(TextWriter writer, bool isTerminal)
    {
        // A terminal may not know its size and say 0.
        var width = isTerminal && Console.WindowWidth > 0 ? Console.WindowWidth : Unlimited;
        return new OutputStream(writer, isTerminal, width, Height: isTerminal ? Console.WindowHeight : 24);
    }

    public void SetEncoding(Encoding encoding) => Console.OutputEncoding = encoding;

    /// <summary>Colours and cursor movement on a terminal only, and not there either if the user asks for none.</summary>
    public IAnsiConsole OpenConsole(CliEnvironment environment)
    {
        var isPlain = !IsTerminal || environment.Variable("NO_COLOR") is { Length: > 0 } || environment.Variable("TERM") == "dumb";

        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = this,
            Ansi = isPlain ? AnsiSupport.No : AnsiSupport.Yes,
            // The sixteen that every terminal has, in the shades its owner chose.
            ColorSystem = isPlain ? ColorSystemSupport.NoColors : ColorSystemSupport.Standard,
            Interactive = isPlain ? InteractionSupport.No : InteractionSupport.Yes,
            // The defaults guess from the variables of build servers; what we are told is enough.
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Capabilities.Unicode = IsTerminal;
        return console;
    }
}
