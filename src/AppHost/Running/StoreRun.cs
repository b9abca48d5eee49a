using System.Diagnostics;
using GoCart.AppHost.Installing;
using GoCart.AppHost.Local;
using GoCart.AppHost.Starting;
using GoCart.AppHost.Terminal;

namespace GoCart.AppHost.Running;

/// <summary>One run of the program: open the store, wait for the end, close it.</summary>
internal sealed class StoreRun(RunOptions options)
{
    private const int Failed = 1;

    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private readonly StoreConsole _console = new(options.AssumeYes);
    private readonly StoreLayout _layout = new(options.Replicas, options.PortOffset);

    /// <returns>The exit code: 0 when it was asked to stop, 1 when it could not start.</returns>
    public async Task<int> RunAsync()
    {
        using var stop = new StopRequest();
        try
        {
            using var folder = DataFolder.Open(options.DataFolder);
            if (options.Reset && !_console.Confirm($"Delete everything the store keeps in {folder.Path}?", withoutTerminal: false))
            {
                _console.Say("Nothing was deleted. Where nobody can be asked, --reset wants --yes beside it.");
                return Failed;
            }

            return options.IsExternal
                ? await RunExternalAsync(folder, stop)
                : await RunPrivateAsync(folder, stop);
        }
        catch (ServerFailedException e)
        {
            StoreConsole.Fail(e.Message);
            return Failed;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return 0;
        }
    }

    private async Task<int> RunExternalAsync(DataFolder folder, StopRequest stop)
    {
        var connections = ExternalServers.Read(Environment.GetEnvironmentVariable);
        if (options.Reset)
            folder.Clear();
        return await RunAsync(folder, servers: null, connections, stop);
    }

    private async Task<int> RunPrivateAsync(DataFolder folder, StopRequest stop)
    {
        var installation = await Installation.EnsureAsync(
            question => _console.Confirm(question, withoutTerminal: true), _console.Say, folder.BeginLog("install"));
        if (options.Reset)
        {
            await new PrivateServers(installation, _layout, folder).DeleteDataAsync(stop.Token);
            folder.Clear();
        }

        var servers = new PrivateServers(installation, _layout, folder);
        return await RunAsync(folder, servers, servers.Connections, stop);
    }

    private async Task<int> RunAsync(
        DataFolder folder, PrivateServers? servers, StoreConnections connections, StopRequest stop)
    {
        using var store = new Store(options, _layout, folder, servers, connections, _console.Say);
        await store.PrepareAsync(stop.Token);
        try
        {
            _console.Say($"Opening the store; it keeps everything in {folder.Path}"
                + (folder.Servers == folder.Path ? "." : $", PostgreSQL and RabbitMQ theirs in {folder.Servers}."));
            var progress = new StartProgress(_console.Ansi);
            await progress.ShowAsync(store.StartAsync(progress, stop.Token));
            Summary.Write(_console.Ansi, _layout, folder, servers, options, _elapsed.Elapsed);
            await stop.WaitAsync();
        }
        finally
        {
            _console.Say("Closing the store.");
            await store.StopAsync();
        }

        return 0;
    }
}
