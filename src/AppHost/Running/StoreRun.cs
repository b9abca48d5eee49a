using System.ComponentModel;
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

    /// <returns>The exit code: 0 when it was asked to stop, 1 when it could not start, or not with all services.</returns>
    public async Task<int> RunAsync()
    {
        using var stop = new StopRequest();
        try
        {
            using var folder = DataFolder.Open(options.DataFolder);
            if (options.Reset && !_console.Confirm(
                $"Delete everything the store keeps in {folder.Path}?", withoutTerminal: false, stop.Token))
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
        // A full disk, a folder without access: the sentence helps, and where in our code it happened does not.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception)
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
        await EnsureAsync(folder, stop, [Requirement.Sodium]);
        if (options.Reset)
            folder.Clear();
        return await RunAsync(folder, servers: null, connections, stop);
    }

    private async Task<int> RunPrivateAsync(DataFolder folder, StopRequest stop)
    {
        var installation = await EnsureAsync(folder, stop, Requirement.All);
        if (options.Reset)
        {
            await PrivateServers.DeleteDataAsync(installation, _layout, folder, stop.Token);
            folder.Clear();
        }

        var servers = new PrivateServers(installation, _layout, folder);
        return await RunAsync(folder, servers, servers.Connections, stop);
    }

    private Task<Installation> EnsureAsync(DataFolder folder, StopRequest stop, IReadOnlyList<Requirement> needed) =>
        Installation.EnsureAsync(
            question => _console.Confirm(question, withoutTerminal: true, stop.Token),
            _console.Say, folder.BeginLog("install"), needed, stop.Token);

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
            var start = store.StartAsync(progress, stop.Token);
            await progress.ShowAsync(start);
            var givenUp = await start;
            var isSeeded = options.Seed && connections.Databases["users"].Owner is not null;
            StoreConsole.TryWrite(() => Summary.Write(
                _console.Ansi, _layout, folder, servers, options, isSeeded, givenUp, _elapsed.Elapsed));
            await stop.WaitAsync();
            return givenUp.Count == 0 ? 0 : Failed;
        }
        finally
        {
            _console.Say("Closing the store.");
            await store.StopAsync();
        }
    }
}
