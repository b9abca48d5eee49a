using GoCart.Cli;
using GoCart.Cli.Terminals;
using GoCart.Tests.Infrastructure;
using Spectre.Console.Rendering;

namespace GoCart.Tests.Cli;

/// <summary>
/// Compares what the client shows with a text file of what it showed before. After a wanted change:
/// <c>GOCART_UPDATE_SNAPSHOTS=1 dotnet test --project tests</c>, and read the difference in git.
/// </summary>
internal static class Snapshot
{
    private static bool IsUpdating => Environment.GetEnvironmentVariable("GOCART_UPDATE_SNAPSHOTS") == "1";

    /// <param name="shown">Spaces at the ends of lines do not count; an editor would take them away.</param>
    public static void Matches(string name, string shown)
    {
        var lines = shown.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd());
        MatchesFile(
            $"tests/Cli/Snapshots/{name}.txt",
            string.Join('\n', lines).TrimEnd() + "\n");
    }

    /// <param name="file">From the repository's root.</param>
    public static void MatchesFile(string file, string actual)
    {
        var path = Repository.Path(file);
        if (IsUpdating)
            File.WriteAllText(path, actual);
        Assert.Equal(File.Exists(path) ? File.ReadAllText(path) : "", actual);
    }

    /// <summary>The view as a terminal of that width shows it, without colours.</summary>
    public static string Of(IRenderable view, int width = 100, bool isTerminal = true)
    {
        using var writer = new StringWriter();
        var environment = new CliEnvironment
        {
            Variable = name => name == "NO_COLOR" ? "1" : null,
            In = TextReader.Null,
            Out = new OutputStream(writer, isTerminal, width, Height: 50),
            Error = new OutputStream(TextWriter.Null, isTerminal, width, Height: 50),
        };
        environment.Out.OpenConsole(environment).Write(view);
        return writer.ToString();
    }
}
