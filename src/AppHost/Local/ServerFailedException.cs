namespace GoCart.AppHost.Local;

/// <summary>A server that could not be started; the message is for the person at the terminal.</summary>
internal sealed class ServerFailedException(string message) : Exception(message)
{
    public static ServerFailedException From(ChildProcess child, string what)
    {
        var output = child.LastOutput();
        var said = output.Length == 0 ? "It wrote nothing." : $"Its last words ({child.Command.LogFile}):\n{output}";
        return new ServerFailedException($"{child.Command.Name} {what}. {said}");
    }
}
