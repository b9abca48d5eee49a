using GoCart.AppHost.Local;

namespace GoCart.AppHost.Running;

/// <summary>Watches one child and starts it again when it dies.</summary>
/// <param name="first">The child as it was first started.</param>
/// <param name="start">Starts it again. Returns when the child runs; whatever it throws is a failed start.</param>
/// <param name="say">Tells the person what happened.</param>
internal sealed class Supervisor(
    string name, ChildProcess first, Func<CancellationToken, Task<ChildProcess>> start, Action<string> say, TimeProvider clock)
{
    private readonly RestartPolicy _policy = new();

    public ChildProcess Child { get; private set; } = first;

    /// <summary>
    /// Returns when told to stop, or when the child has died too often; never fails. The child is not ended here.
    /// </summary>
    public async Task WatchAsync(CancellationToken stopping)
    {
        try
        {
            while (await RestartAfterDeathAsync(stopping))
            {
            }
        }
        // A start that was called off may fail in any way: whoever stops us ends the child.
        catch (Exception) when (stopping.IsCancellationRequested)
        {
        }
    }

    private async Task<bool> RestartAfterDeathAsync(CancellationToken stopping)
    {
        var startedAt = clock.GetTimestamp();
        var death = $"{name} {Describe(await Child.Exited.WaitAsync(stopping))}";
        var pause = _policy.DelayAfter(clock.GetElapsedTime(startedAt));

        while (pause is { } delay)
        {
            say($"{death}; it is started again.");
            await Task.Delay(delay, clock, stopping);
            try
            {
                Child = await start(stopping);
                return true;
            }
            // A full disk or a missing program, too, may be mended before the next try.
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                death = e is ServerFailedException failure ? failure.Summary : $"{name} could not be started ({e.Message})";
                pause = _policy.DelayAfterFailedStart();
            }
        }

        say($"{death}, for the {RestartPolicy.MostQuickDeaths}th time in a row: it stays down, the rest goes on. "
            + $"Its last words ({Child.Command.LogFile}):\n{Child.LastOutput(6)}");
        return false;
    }

    private static string Describe(int exitCode) => exitCode > 128
        ? $"was ended by signal {exitCode - 128}"
        : $"ended with code {exitCode}";
}
