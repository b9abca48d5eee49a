using System.Globalization;

namespace GoCart.AppHost.Local;

/// <summary>The process that listens on a port, found through /proc.</summary>
/// <param name="ProcessId">Null: it belongs to another user, and only root could see which it is.</param>
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

        foreach (var processId in ProcessIds())
        {
            if (Sockets(processId).Any(sockets.Contains))
                return new PortHolder(port, processId, Describe(processId));
        }

        return new PortHolder(port, null, "a process of another user");
    }

    /// <summary>Whether this very process listens on the port, and not somebody who took it first.</summary>
    public static bool Is(int port, int processId)
    {
        var sockets = SocketsListeningOn(port);
        return sockets.Count > 0 && Sockets(processId).Any(sockets.Contains);
    }

    private static HashSet<string> SocketsListeningOn(int port)
    {
        // A line is "0: 0100007F:1F90 00000000:0000 0A ... inode ...": most are dismissed by this text alone.
        var portText = $":{port:X4} ";
        return
        [
            .. from table in Tables
               where File.Exists(table)
               from line in File.ReadLines(table)
               where line.Contains(portText, StringComparison.Ordinal)
               let fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
               where fields[3] == Listening && $"{fields[1]} ".EndsWith(portText, StringComparison.Ordinal)
               select $"socket:[{fields[9]}]",
        ];
    }

    private static IEnumerable<int> ProcessIds() =>
        from folder in Directory.EnumerateDirectories("/proc")
        let name = Path.GetFileName(folder)
        where char.IsAsciiDigit(name[0])
        select int.Parse(name, CultureInfo.InvariantCulture);

    private static IEnumerable<string> Sockets(int processId)
    {
        string[] descriptors;
        try
        {
            descriptors = Directory.GetFiles($"/proc/{processId}/fd");
        }
        // It ended meanwhile, or belongs to somebody else.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            yield break;
        }

        foreach (var descriptor in descriptors)
        {
            if (LinkTarget(descriptor) is { } target)
                yield return target;
        }
    }

    private static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Describe(int processId)
    {
        const int LongestCommand = 160;
        try
        {
            var command = File.ReadAllText($"/proc/{processId}/cmdline").Replace('\0', ' ').Trim();
            if (command.Length > LongestCommand)
                command = command[..LongestCommand] + "…";
            return $"process {processId} ({command})";
        }
        catch (IOException)
        {
            return $"process {processId}";
        }
    }
}
