namespace GoCart.AppHost.Local;

/// <summary>The files that children write to.</summary>
internal static class LogFile
{
    private const int KeptFiles = 3;

    /// <summary>Begins a new file and keeps the last few: orders.log, orders.log.1, orders.log.2, orders.log.3.</summary>
    public static string Begin(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!); // a log file always lies in a folder
        for (var age = KeptFiles; age >= 1; age--)
        {
            var younger = age == 1 ? path : $"{path}.{age - 1}";
            if (File.Exists(younger))
                File.Move(younger, $"{path}.{age}", overwrite: true);
        }

        return path;
    }

    public static string Tail(string path, int lines)
    {
        const int LongestTail = 64 * 1024;
        if (!File.Exists(path))
            return "";

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Seek(-Math.Min(file.Length, LongestTail), SeekOrigin.End);
        using var reader = new StreamReader(file);
        return string.Join('\n', reader.ReadToEnd().TrimEnd().Split('\n').TakeLast(lines).Select(LogLine.Readable));
    }
}
