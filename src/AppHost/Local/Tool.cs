using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace GoCart.AppHost.Local;

/// <summary>Short-lived programs that are run for their answer.</summary>
internal static class Tool
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>What the program writes, or null when it cannot be run, fails, or does not end within a minute.</summary>
    public static string? Output(string program, params IReadOnlyList<string> arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
            if (process is null)
                return null;

            var output = new StringBuilder();
            process.OutputDataReceived += (_, line) => output.AppendLine(line.Data);
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            if (!process.WaitForExit(Limit))
            {
                process.Kill();
                return null;
            }

            process.WaitForExit(); // until all that it wrote has been read
            return process.ExitCode == 0 ? $"{output}".Trim() : null;
        }
        // Not there; or, through sudo, not ours to kill.
        catch (Win32Exception)
        {
            return null;
        }
    }
}
