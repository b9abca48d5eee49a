using System.Globalization;

namespace GoCart.AppHost.Local;

/// <summary>The process that started us.</summary>
internal static class ParentProcess
{
    /// <summary>That of another process once the parent has ended.</summary>
    public static int Id()
    {
        const string Field = "PPid:";
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(Field, StringComparison.Ordinal));
        return int.Parse(line.AsSpan(Field.Length), CultureInfo.InvariantCulture);
    }

    public static bool IsDotnetRun(int processId)
    {
        try
        {
            var words = File.ReadAllText($"/proc/{processId}/cmdline").Split('\0');
            return Path.GetFileName(words[0]) == "dotnet" && words.Contains("run");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
