namespace GoCart.AppHost.Local;

/// <summary>
/// Processes that an earlier run left behind. They are known by something only ours have: a variable with a path in the data
/// folder, or a program of ours at work there. By its id alone a process is not known, since the kernel gives ids out again,
/// nor by its working directory, where a person's shell may be, too.
/// </summary>
internal sealed class Leftovers
{
    private readonly Func<int, bool> _isOurs;

    private Leftovers(Func<int, bool> isOurs) => _isOurs = isOurs;

    public static Leftovers WorkingIn(string folder) => new(process => IsWorkingIn(folder, process));

    /// <param name="folder">With everything in it.</param>
    /// <param name="programs">Their names.</param>
    public static Leftovers WorkingIn(string folder, params IReadOnlyList<string> programs) => new(process =>
        ProcessTable.ProgramOf(process) is { } program && programs.Contains(program) && IsWorkingIn(folder, process));

    public static Leftovers WithVariable(string name, string value) => new(process =>
        ProcessTable.EnvironmentOf(process)?.Split('\0').Contains($"{name}={value}") == true);

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
        [.. ProcessTable.ProcessIds().Where(process => process != Environment.ProcessId && _isOurs(process))];

    private static bool IsWorkingIn(string folder, int process) =>
        ProcessTable.WorkingDirectoryOf(process) is { } directory
        && (directory == folder || directory.StartsWith(folder + '/', StringComparison.Ordinal));
}
