using System.Globalization;
using System.Text;

namespace GoCart.AppHost.Local;

/// <summary>
/// Processes that an earlier run left behind. They are known by something only ours have, a working directory in a data
/// folder or a variable with its path; by its id alone a process is not known, since the kernel gives ids out again.
/// </summary>
internal sealed class Leftovers
{
    private readonly Func<string, bool> _isOurs;

    private Leftovers(Func<string, bool> isOurs) => _isOurs = isOurs;

    public static Leftovers WorkingIn(string folder) => new(process =>
        new DirectoryInfo(Path.Combine(process, "cwd")).LinkTarget is { } directory
        && (directory == folder || directory.StartsWith(folder + '/', StringComparison.Ordinal)));

    public static Leftovers WithVariable(string name, string value)
    {
        var variable = Encoding.UTF8.GetBytes($"{name}={value}\0");
        return new(process => File.ReadAllBytes(Path.Combine(process, "environ")).AsSpan().IndexOf(variable) >= 0);
    }

    /// <summary>Ends them, gently first, and returns when they are gone.</summary>
    public async Task EndAsync(Signal gently, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (Find() is not { Count: > 0 } found)
            return;

        foreach (var processId in found)
            LinuxCalls.SendSignal(processId, gently);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            await Wait.UntilAsync(() => Find().Count == 0, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            foreach (var processId in Find())
                LinuxCalls.SendSignal(processId, Signal.Kill);
            await Wait.UntilAsync(() => Find().Count == 0, cancellationToken);
        }
    }

    public IReadOnlyList<int> Find() =>
    [
        .. from process in Directory.EnumerateDirectories("/proc")
           let name = Path.GetFileName(process)
           where char.IsAsciiDigit(name[0])
           let processId = int.Parse(name, CultureInfo.InvariantCulture)
           where processId != Environment.ProcessId && IsOurs(process)
           select processId,
    ];

    private bool IsOurs(string process)
    {
        try
        {
            return _isOurs(process);
        }
        // It ended meanwhile, or belongs to somebody else.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
