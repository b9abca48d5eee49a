using System.Globalization;

namespace GoCart.AppHost.Local;

/// <summary>
/// Processes that an earlier run left behind: found by their working directory, which lies in a data folder that only
/// one run at a time may use. Their ids alone would not do, since the kernel gives them to other programs again.
/// </summary>
internal static class Leftovers
{
    /// <summary>Ends them, gently first; PostgreSQL takes the interrupt for a fast shutdown.</summary>
    public static async Task EndAsync(string folder, Signal gently, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (In(folder) is not { Count: > 0 } found) return;

        foreach (var processId in found) LinuxCalls.SendSignal(processId, gently);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            await Wait.UntilAsync(() => In(folder).Count == 0, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            foreach (var processId in In(folder)) LinuxCalls.SendSignal(processId, Signal.Kill);
            await Wait.UntilAsync(() => In(folder).Count == 0, cancellationToken);
        }
    }

    public static List<int> In(string folder) =>
    [
        .. from process in Directory.EnumerateDirectories("/proc")
           let name = Path.GetFileName(process)
           where char.IsAsciiDigit(name[0]) && WorksIn(process, folder)
           select int.Parse(name, CultureInfo.InvariantCulture),
    ];

    private static bool WorksIn(string process, string folder)
    {
        try
        {
            return new DirectoryInfo(Path.Combine(process, "cwd")).LinkTarget is { } directory
                && (directory == folder || directory.StartsWith(folder + '/', StringComparison.Ordinal));
        }
        // It ended meanwhile, or belongs to somebody else.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
