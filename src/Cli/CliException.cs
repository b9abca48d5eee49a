namespace GoCart.Cli;

/// <summary>Something the person at the terminal should know, in one sentence, with the exit code it ends a command with.</summary>
/// <param name="hint">What to do about it, where we know.</param>
internal class CliException(int exitCode, string message, string? hint = null) : Exception(message)
{
    public int ExitCode => exitCode;

    public string? Hint => hint;

    /// <summary>What is wrong with each field, and whatever else belongs below the sentence.</summary>
    public virtual IReadOnlyList<string> Details => [];

    public static CliException Usage(string message, string? hint = null) => new(Cli.ExitCode.Usage, message, hint);

    public static CliException NotFound(string message, string? hint = null) => new(Cli.ExitCode.NotFound, message, hint);

    public static CliException NotSignedIn(string message) =>
        new(Cli.ExitCode.NotSignedIn, message, "Sign in with: gocart login");
}
