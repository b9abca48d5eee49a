using System.Globalization;

namespace GoCart.AppHost.Local;

/// <summary>
/// What the kernel shows of other processes under /proc. Of a process of another user even root sees only half, when it has
/// not the right to trace others (CAP_SYS_PTRACE), as in an ordinary container.
/// </summary>
internal static class ProcessTable
{
    public static IEnumerable<int> ProcessIds() =>
        from folder in Directory.EnumerateDirectories("/proc")
        let name = Path.GetFileName(folder)
        where char.IsAsciiDigit(name[0])
        select int.Parse(name, CultureInfo.InvariantCulture);

    /// <summary>The first 15 characters of its program's name; null when it has ended.</summary>
    public static string? ProgramOf(int processId) => Read(processId, "comm")?.TrimEnd('\n');

    /// <summary>The words it was started with, with a zero byte behind each; null when it has ended.</summary>
    public static string? CommandOf(int processId) => Read(processId, "cmdline");

    /// <summary>Null when it has ended, or is not ours to see.</summary>
    public static string? EnvironmentOf(int processId) => Read(processId, "environ");

    /// <summary>Null when it has ended, or is not ours to see.</summary>
    public static string? WorkingDirectoryOf(int processId) => LinkTarget($"/proc/{processId}/cwd");

    /// <summary>The number of the user it runs as; null when it has ended.</summary>
    public static string? UserOf(int processId) => Read(processId, "status")?.Split('\n')
        .FirstOrDefault(line => line.StartsWith("Uid:", StringComparison.Ordinal))?.Split('\t')[2];

    /// <summary>What its open files are, such as "socket:[4711]"; null when it has ended, or is not ours to see.</summary>
    public static IReadOnlyList<string>? FilesOf(int processId)
    {
        try
        {
            var links = Directory.GetFiles($"/proc/{processId}/fd");
            var files = links.Select(LinkTarget).OfType<string>().ToList();
            return files.Count > 0 || links.Length == 0 ? files : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? Read(int processId, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
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
}
