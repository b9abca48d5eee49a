using GoCart.AppHost.Local;

namespace GoCart.AppHost.Running;

/// <summary>Watches one child and starts it again when it dies.</summary>
/// <param name="first">The child as it was first started.</param>
/// <param name="start">Starts it again. Returns when the child runs, or throws <see cref="ServerFailedException"/>.</param>
/// <param name="say">Tells the person what happened.</param>
internal sealed class Supervisor(
    string name, ChildProcess first, Func<CancellationToken, Task<ChildProcess>> start, Action<string> say, TimeProvider clock)
{
    private readonly RestartPolicy _policy = new();

    public ChildProcess Child { get; private set; } = first;

    /// <summary>Returns when told to stop, or when the child has died too often; the child is not ended here.</summary>
    public async Task WatchAsync(CancellationToken stopping)
    {
        try
        {
            while (await RestartAfterDeathAsync(stopping))
            {
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    private async Task<bool> RestartAfterDeathAsync(CancellationToken stopping)
    {
        var startedAt = clock.GetTimestamp();
        var death = Describe(await Child.Exited.WaitAsync(stopping));
        var lifetime = clock.GetElapsedTime(startedAt);

        while (_policy.DelayAfter(lifetime) is { } delay)
        {
            say($"{name} {death}; it is started again.");
            await Task.Delay(delay, clock, stopping);
            startedAt = clock.GetTimestamp();
            try
            {
                Child = await start(stopping);
                return true;
            }
            catch (ServerFailedException e)
            {
                death = e.Message;
                lifetime = clock.GetElapsedTime(startedAt);
            }
        }

        say($"{name} {death}, for the {RestartPolicy.MostQuickDeaths}th time in a row: it stays down, the rest goes on. "
            + $"Its last words ({Child.Command.LogFile}):\n{Child.LastOutput(6)}");
        return false;
    }

    private static string Describe(int exitCode) => exitCode > 128
        ? $"was ended by signal {exitCode - 128}"
        : $"ended with code {exitCode}";
}
