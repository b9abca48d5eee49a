namespace GoCart.AppHost.Local;

/// <summary>A server that could not be started; the message is for the person at the terminal.</summary>
internal sealed class ServerFailedException(string message, string? summary = null) : Exception(message)
{
    /// <summary>What happened, without the last words.</summary>
    public string Summary => summary ?? Message;

    /// <param name="child">Whose last words are shown.</param>
    /// <param name="what">What became of it: the end of a sentence that begins with its name.</param>
    /// <param name="hint">What the person could do.</param>
    public static ServerFailedException From(ChildProcess child, string what, string? hint = null)
    {
        var output = child.LastOutput();
        var said = output.Length == 0 ? "It wrote nothing." : $"Its last words ({child.Command.LogFile}):\n{output}";
        var summary = $"{child.Command.Name} {what}";
        return new ServerFailedException($"{summary}. {said}{(hint is null ? "" : "\n" + hint)}", summary);
    }
}
