using System.ComponentModel;
using System.Diagnostics;

namespace GoCart.AppHost.Local;

/// <summary>Short-lived programs that are run for their answer.</summary>
internal static class Tool
{
    /// <summary>What the program writes, or null when it cannot be run or fails.</summary>
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

            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output.Trim() : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
