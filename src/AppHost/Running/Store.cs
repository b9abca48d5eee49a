using GoCart.AppHost.Local;
using GoCart.AppHost.Starting;
using GoCart.AppHost.Terminal;

namespace GoCart.AppHost.Running;

/// <summary>The whole store: opened, watched and closed.</summary>
internal sealed class Store : IDisposable
{
    private static readonly TimeSpan serverPatience = TimeSpan.FromSeconds(7.5);

    private readonly CancellationTokenSource stopping = new();
    private readonly List<Task> serverWatches = [];
    private readonly StoreLayout layout;
    private readonly DataFolder folder;
    private readonly PrivateServers? servers;
    private readonly Migrations migrations;
    private readonly ServiceGroup services;
    private readonly Action<string> say;

    /// <param name="servers">Null: they run elsewhere.</param>
    public Store(
        RunOptions options, StoreLayout layout, DataFolder folder, PrivateServers? servers, StoreConnections connections,
        Action<string> say)
    {
        this.layout = layout;
        this.folder = folder;
        this.servers = servers;
        this.say = say;
        var settings = new ServiceSettings(layout, connections, folder);
        migrations = new Migrations(settings, folder, options.Seed);
        services = new ServiceGroup(settings, folder, say, TimeProvider.System, stopping.Token);
    }

    /// <summary>Begins with what an earlier run left, then looks whether every port is free.</summary>
    /// <exception cref="ServerFailedException">Naming the ports that are taken, and by whom.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await Leftovers.WithVariable(ServiceSettings.FolderVariable, folder.Path)
            .EndAsync(Signal.Kill, serverPatience, cancellationToken);
        foreach (var server in Servers) await server.EndLeftoversAsync(cancellationToken);

        var ports = servers is null ? layout.ServicePorts : layout.ServicePorts.Concat(layout.ServerPorts);
        var taken = ports.Select(PortHolder.Find).OfType<PortHolder>().ToList();
        if (taken.Count > 0)
        {
            throw new ServerFailedException(string.Join('\n', taken.Select(holder =>
                $"Port {holder.Port} is taken by {holder.Description}."))
                + "\nStop it, or move the store with --port-offset.");
        }
    }

    /// <summary>Returns when every service has said that it is ready, or has been given up.</summary>
    public async Task StartAsync(StartProgress progress, CancellationToken cancellationToken)
    {
        await Task.WhenAll(
            StartBrokerAsync(progress, cancellationToken),
            StartDatabasesAndServicesAsync(progress, cancellationToken));
        servers?.WriteOperatorFile();
    }

    /// <summary>Services, then broker and databases; within 15 seconds, by force if need be.</summary>
    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(serverWatches);
        await services.StopAsync();
        await Task.WhenAll(Servers.Select(server => server.StopAsync(serverPatience)));
    }

    public void Dispose()
    {
        services.Dispose();
        stopping.Dispose();
    }

    private IEnumerable<LocalServer> Servers => servers is null ? [] : [servers.Postgres, servers.Rabbit];

    private async Task StartBrokerAsync(StartProgress progress, CancellationToken cancellationToken)
    {
        if (servers is null) return;

        await progress.RunAsync("RabbitMQ", async () =>
            Watch("RabbitMQ", servers.Rabbit, await servers.Rabbit.StartAsync(cancellationToken)));
    }

    private async Task StartDatabasesAndServicesAsync(StartProgress progress, CancellationToken cancellationToken)
    {
        if (servers is not null)
        {
            await progress.RunAsync("PostgreSQL", async () =>
                Watch("PostgreSQL", servers.Postgres, await servers.StartPostgresAsync(cancellationToken)));
        }

        await Task.WhenAll(StoreDatabases.Names.Select(service => progress.RunAsync(
            $"Database {service}", () => migrations.RunAsync(service, cancellationToken))));

        // Not after the broker: a service starts without it, and joins when it comes.
        await Task.WhenAll(layout.Copies.Select(copy => progress.RunAsync(
            copy.Name, () => services.StartAsync(copy, cancellationToken))));
    }

    private void Watch(string name, LocalServer server, ChildProcess child)
    {
        var supervisor = new Supervisor(name, child, server.StartAsync, say, TimeProvider.System);
        lock (serverWatches) serverWatches.Add(supervisor.WatchAsync(stopping.Token));
    }
}
