using GoCart.AppHost.Local;
using GoCart.AppHost.Starting;
using GoCart.AppHost.Terminal;

namespace GoCart.AppHost.Running;

/// <summary>The whole store: opened, watched and closed.</summary>
internal sealed class Store : IDisposable
{
    private static readonly TimeSpan ServerPatience = TimeSpan.FromSeconds(7.5);

    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _serverWatches = [];
    private readonly StoreLayout _layout;
    private readonly DataFolder _folder;
    private readonly PrivateServers? _servers;
    private readonly Migrations _migrations;
    private readonly ServiceGroup _services;
    private readonly Action<string> _say;

    /// <param name="servers">Null: they run elsewhere.</param>
    public Store(
        RunOptions options, StoreLayout layout, DataFolder folder, PrivateServers? servers, StoreConnections connections,
        Action<string> say)
    {
        _layout = layout;
        _folder = folder;
        _servers = servers;
        _say = say;
        var settings = new ServiceSettings(layout, connections, folder);
        _migrations = new Migrations(settings, folder, options.Seed, hasOwnData: servers is not null);
        _services = new ServiceGroup(settings, folder, say, TimeProvider.System, _stopping.Token);
    }

    /// <summary>Begins with what an earlier run left, then looks whether every port is free.</summary>
    /// <exception cref="ServerFailedException">Naming the ports that are taken, and by whom.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await Leftovers.WithVariable(ServiceSettings.FolderVariable, _folder.Path)
            .EndAsync(Signal.Kill, ServerPatience, cancellationToken);
        foreach (var server in Servers)
            await server.EndLeftoversAsync(cancellationToken);

        var ports = _servers is null ? _layout.ServicePorts : _layout.ServicePorts.Concat(_layout.ServerPorts);
        var taken = ports.Select(PortHolder.Find).OfType<PortHolder>().ToList();
        if (taken.Count > 0)
        {
            throw new ServerFailedException(string.Join('\n', taken.Select(holder =>
                $"Port {holder.Port} is taken by {holder.Description}."))
                + "\nStop it, or move the store with --port-offset.");
        }
    }

    /// <summary>Returns when every service has said that it is ready, or has been given up.</summary>
    /// <returns>The copies that were given up.</returns>
    public async Task<IReadOnlyCollection<ServiceCopy>> StartAsync(StartProgress progress, CancellationToken cancellationToken)
    {
        // What fails here leaves no store to open: the other half need not get ready for it.
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] halves =
        [
            OrCancelAsync(StartBrokerAsync(progress, others.Token), others),
            OrCancelAsync(StartDatabasesAndServicesAsync(progress, others.Token), others),
        ];
        await Task.WhenAll(halves);
        _servers?.WriteOperatorFile();
        return _services.GivenUp;
    }

    /// <summary>Services, then broker and databases; within 15 seconds, by force if need be.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_serverWatches);
        try
        {
            await _services.StopAsync();
        }
        finally
        {
            await Task.WhenAll(Servers.Select(server => server.StopAsync(ServerPatience)));
        }
    }

    public void Dispose()
    {
        _services.Dispose();
        _stopping.Dispose();
    }

    private IEnumerable<LocalServer> Servers => _servers is null ? [] : [_servers.Postgres, _servers.Rabbit];

    private async Task StartBrokerAsync(StartProgress progress, CancellationToken cancellationToken)
    {
        if (_servers is null)
            return;

        await progress.RunAsync("RabbitMQ", async () =>
            Watch("RabbitMQ", _servers.Rabbit, await _servers.Rabbit.StartAsync(cancellationToken)));
    }

    private async Task StartDatabasesAndServicesAsync(StartProgress progress, CancellationToken cancellationToken)
    {
        if (_servers is not null)
        {
            await progress.RunAsync("PostgreSQL", async () =>
                Watch("PostgreSQL", _servers.Postgres, await _servers.StartPostgresAsync(cancellationToken)));
        }

        await Task.WhenAll(StoreDatabases.Names.Select(service => progress.RunAsync(
            $"Database {service}", () => _migrations.RunAsync(service, cancellationToken))));

        // Not after the broker: a service starts without it, and joins when it comes.
        await Task.WhenAll(_layout.Copies.Select(copy => progress.RunAsync(
            copy.Name, () => _services.StartAsync(copy, cancellationToken))));
    }

    private static async Task OrCancelAsync(Task work, CancellationTokenSource others)
    {
        try
        {
            await work;
        }
        catch
        {
            await others.CancelAsync();
            throw;
        }
    }

    private void Watch(string name, LocalServer server, ChildProcess child)
    {
        var supervisor = new Supervisor(name, child, server.StartAsync, _say, TimeProvider.System);
        lock (_serverWatches)
            _serverWatches.Add(supervisor.WatchAsync(_stopping.Token));
    }
}
