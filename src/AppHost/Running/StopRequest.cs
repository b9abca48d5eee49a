using System.Runtime.InteropServices;
using GoCart.AppHost.Local;

namespace GoCart.AppHost.Running;

/// <summary>Somebody wants the store closed: Ctrl-C, a signal, the terminal's end or that of <c>dotnet run</c>.</summary>
internal sealed class StopRequest : IDisposable
{
    private const int EndedByInterrupt = 130;

    private readonly CancellationTokenSource _requested = new();
    private readonly PosixSignalRegistration[] _registrations;

    public StopRequest()
    {
        _registrations =
        [
            .. from signal in (PosixSignal[])
                   [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT]
               select PosixSignalRegistration.Create(signal, OnSignal),
        ];
        _ = WatchDotnetRunAsync();
    }

    public CancellationToken Token => _requested.Token;

    public async Task WaitAsync() => await Task.Delay(Timeout.Infinite, Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _requested.Cancel();
        _requested.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        // Asked twice, we end at once, and the kernel ends the children.
        if (_requested.IsCancellationRequested)
            Environment.Exit(EndedByInterrupt);
        _requested.Cancel();
    }

    /// <summary>Killed, <c>dotnet run</c> cannot tell us; but the store was its, so it ends with it.</summary>
    private async Task WatchDotnetRunAsync()
    {
        var parent = ParentProcess.Id();
        if (!ParentProcess.IsDotnetRun(parent))
            return;

        while (!Token.IsCancellationRequested)
        {
            if (ParentProcess.Id() != parent)
                await _requested.CancelAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(500), Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
