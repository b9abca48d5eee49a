using GoCart.AppHost;
using GoCart.AppHost.Local;
using GoCart.AppHost.Running;
using GoCart.AppHost.Starting;
using GoCart.BuildingBlocks.Hosting;

namespace GoCart.Faults.Store;

/// <summary>A copy of a service, which can be killed, frozen and started as often as one likes.</summary>
internal sealed class ServiceProcess(ServiceCopy copy, string log, IReadOnlyDictionary<string, string?> settings)
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(2) };

    private ChildProcess? _child;

    public ServiceCopy Copy => copy;

    public string Name => copy.Name;

    public Uri Address => copy.Address;

    public int Id => Child.Id;

    public bool IsRunning => _child is { Exited.IsCompleted: false };

    /// <summary>Ends with the exit code, 128 + signal when a signal ended it.</summary>
    public Task<int> Exited => Child.Exited;

    private ChildProcess Child => _child ?? throw new InvalidOperationException($"{Name} has never been started.");

    /// <summary>Returns as soon as the process is there; it is not ready yet.</summary>
    /// <param name="failpoint">Where it is to kill itself: <c>order.after_commit:3</c> at the third pass.</param>
    public async Task StartAsync(string? failpoint = null)
    {
        var environment = new Dictionary<string, string?>(settings) { [Failpoint.Variable] = failpoint };
        _child = await ChildProcess.StartAsync(ServicePrograms.Command(copy.Service, Name, log, environment));
    }

    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        var health = new HealthProbe(Http, new Uri(Address, "health"));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ReadyLimit);
        try
        {
            await Wait.UntilAsync(
                async () => await Ports.IsAnsweredByAsync(copy.Port, Id) && await health.IsReadyAsync(limit.Token), limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw ServerFailedException.From(Child, $"was not ready after {ReadyLimit.TotalSeconds:0} s: {health.LastAnswer}");
        }
    }

    public Task KillAsync() => Child.StopAsync(Signal.Kill, TimeSpan.Zero);

    public void Freeze() => Child.Send(Signal.Stop);

    public void Thaw() => Child.Send(Signal.Continue);

    /// <returns>Whether it ended by itself in that time, and said that all went well.</returns>
    public async Task<bool> TerminateAsync(TimeSpan patience) =>
        await Child.StopAsync(Signal.Terminate, patience) && await Child.Exited == 0;
}
