namespace GoCart.AppHost.Local;

/// <summary>The process that listens on a port, found through /proc.</summary>
/// <param name="ProcessId">Null: it belongs to another user, and it is not ours to see which it is.</param>
internal sealed record PortHolder(int Port, int? ProcessId, string Description)
{
    private const string Listening = "0A";

    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>Null when nobody listens on the port.</summary>
    public static PortHolder? Find(int port)
    {
        var sockets = SocketsListeningOn(port);
        if (sockets.Count == 0)
            return null;

        foreach (var processId in ProcessTable.ProcessIds())
        {
            if (ProcessTable.FilesOf(processId) is { } files && sockets.Any(socket => files.Contains(socket.File)))
                return new PortHolder(port, processId, Describe(processId));
        }

        return new PortHolder(port, null, "a process of another user");
    }

    /// <summary>
    /// Whether this very process listens on the port, and not somebody who took it first. Where its files are not ours to
    /// see, the socket has to belong to the user that it runs as.
    /// </summary>
    public static bool Is(int port, int processId)
    {
        var sockets = SocketsListeningOn(port);
        if (sockets.Count == 0)
            return false;

        return ProcessTable.FilesOf(processId) is { } files
            ? sockets.Any(socket => files.Contains(socket.File))
            : ProcessTable.UserOf(processId) is { } user && sockets.Any(socket => socket.User == user);
    }

    private static List<ListeningSocket> SocketsListeningOn(int port)
    {
        // A line is "0: 0100007F:1F90 00000000:0000 0A ... user ... inode ...": most are dismissed by this text alone.
        var portText = $":{port:X4} ";
        return
        [
            .. from table in Tables
               where File.Exists(table)
               from line in File.ReadLines(table)
               where line.Contains(portText, StringComparison.Ordinal)
               let fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
               where fields[3] == Listening && $"{fields[1]} ".EndsWith(portText, StringComparison.Ordinal)
               select new ListeningSocket($"socket:[{fields[9]}]", fields[7]),
        ];
    }

    private static string Describe(int processId)
    {
        const int LongestCommand = 160;
        var command = ProcessTable.CommandOf(processId)?.Replace('\0', ' ').Trim();
        if (string.IsNullOrEmpty(command))
            return $"process {processId}";
        if (command.Length > LongestCommand)
            command = command[..LongestCommand] + "…";
        return $"process {processId} ({command})";
    }

    /// <param name="File">As it stands among a process's open files.</param>
    /// <param name="User">The number of the user whose it is.</param>
    private sealed record ListeningSocket(string File, string User);
}
