using System.Collections.Concurrent;
using GoCart.AppHost.Local;
using GoCart.AppHost.Starting;

namespace GoCart.AppHost.Running;

/// <summary>The running copies of the services, each watched.</summary>
internal sealed class ServiceGroup(
    ServiceSettings settings, DataFolder folder, Action<string> say, TimeProvider clock, CancellationToken stopping) : IDisposable
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BetweenProbes = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan GatewayPatience = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan ServicePatience = TimeSpan.FromSeconds(4);

    private readonly List<(ServiceCopy Copy, Supervisor Supervisor, Task Watch)> _running = [];
    private readonly ConcurrentQueue<ServiceCopy> _givenUp = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };

    /// <summary>Copies that did not get ready when they were started.</summary>
    public IReadOnlyCollection<ServiceCopy> GivenUp => _givenUp;

    /// <summary>Starts a copy and waits until it says that it is ready. One that never is stops nobody else.</summary>
    public async Task<bool> StartAsync(ServiceCopy copy, CancellationToken cancellationToken)
    {
        var isReady = await StartAndWaitAsync(copy, cancellationToken);
        if (!isReady)
            _givenUp.Enqueue(copy);
        return isReady;
    }

    /// <summary>The gateway first: nothing new comes in while the others finish what they have begun.</summary>
    public async Task StopAsync()
    {
        await Task.WhenAll(_running.Select(service => service.Watch));
        await StopAsync(copy => copy.Service == StoreLayout.Gateway, GatewayPatience);
        await StopAsync(copy => copy.Service != StoreLayout.Gateway, ServicePatience);
    }

    public void Dispose() => _http.Dispose();

    private async Task<bool> StartAndWaitAsync(ServiceCopy copy, CancellationToken cancellationToken)
    {
        var command = ServicePrograms.Command(copy.Service, copy.Name, folder.BeginLog(copy.Name), settings.For(copy));
        var supervisor = new Supervisor(
            copy.Name, await ChildProcess.StartAsync(command), _ => ChildProcess.StartAsync(command), say, clock);
        var watch = supervisor.WatchAsync(stopping);
        lock (_running)
            _running.Add((copy, supervisor, watch));

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ReadyLimit);
        var health = new HealthProbe(_http, new Uri(copy.Address, "health"));
        try
        {
            await Wait.UntilAsync(
                async () => watch.IsCompleted || await IsReadyAsync(), BetweenProbes, limit.Token);
            return !watch.IsCompleted;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            say($"{copy.Name} is not ready after {ReadyLimit.TotalSeconds:0} s; the rest goes on. "
                + $"{copy.Address}health says: {health.LastAnswer}\nIts log: {command.LogFile}");
            return false;
        }

        // Refusals of an HTTP client are dear exceptions, at a time when everything else wants the processor.
        async Task<bool> IsReadyAsync() =>
            await Ports.IsAnsweredByAsync(copy.Port, supervisor.Child.Id) && await health.IsReadyAsync(limit.Token);
    }

    private async Task StopAsync(Func<ServiceCopy, bool> chosen, TimeSpan patience) => await Task.WhenAll(
        from service in _running
        where chosen(service.Copy)
        select service.Supervisor.Child.StopAsync(Signal.Terminate, patience));
}
