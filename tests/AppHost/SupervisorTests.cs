using System.Collections.Concurrent;
using GoCart.AppHost.Local;
using GoCart.AppHost.Running;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.AppHost;

public sealed class SupervisorTests(LocalServers servers)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private readonly ConcurrentQueue<string> _said = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_child_that_dies_is_started_again()
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var supervisor = await SuperviseAsync("sleeper", "sleep 600");
        var first = supervisor.Child;
        var watch = supervisor.WatchAsync(stopping.Token);

        first.Send(Signal.Kill);

        await SeesAsync(() => supervisor.Child != first && !supervisor.Child.Exited.IsCompleted);
        await stopping.CancelAsync();
        await watch.WaitAsync(Limit, Cancelled);
        await supervisor.Child.StopAsync(Signal.Kill, TimeSpan.Zero);
        Assert.Equal(["sleeper was ended by signal 9; it is started again."], _said);
    }

    [Fact]
    public async Task A_child_that_always_dies_is_given_up_with_its_last_words()
    {
        var supervisor = await SuperviseAsync("hopeless", "echo no luck today; exit 3");

        await supervisor.WatchAsync(Cancelled).WaitAsync(Limit, Cancelled);

        Assert.Equal(5, _said.Count);
        Assert.All(_said.Take(4), message => Assert.Equal("hopeless ended with code 3; it is started again.", message));
        Assert.Contains("5th time in a row: it stays down, the rest goes on", _said.Last(), StringComparison.Ordinal);
        Assert.EndsWith("no luck today", _said.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_fails_in_any_way_is_tried_again_and_said_in_a_sentence()
    {
        var starts = 0;
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var supervisor = await SuperviseAsync("unlucky", "sleep 600", command => ++starts switch
        {
            1 => throw new IOException("No space left on device"),
            2 => throw new ServerFailedException("unlucky did not start. Its last words:\nwhy", "unlucky did not start"),
            _ => ChildProcess.StartAsync(command),
        });
        var first = supervisor.Child;
        var watch = supervisor.WatchAsync(stopping.Token);

        first.Send(Signal.Kill);

        await SeesAsync(() => supervisor.Child != first);
        await stopping.CancelAsync();
        await watch.WaitAsync(Limit, Cancelled);
        await supervisor.Child.StopAsync(Signal.Kill, TimeSpan.Zero);
        Assert.Equal(
            [
                "unlucky was ended by signal 9; it is started again.",
                "unlucky could not be started (No space left on device); it is started again.",
                "unlucky did not start; it is started again.",
            ],
            _said);
    }

    [Fact]
    public async Task A_start_that_fails_while_the_store_closes_keeps_nothing_from_closing()
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var supervisor = await SuperviseAsync("closing", "exit 1", _ =>
        {
            stopping.Cancel();
            throw new IOException("No space left on device");
        });

        await supervisor.WatchAsync(stopping.Token).WaitAsync(Limit, Cancelled);

        Assert.Equal(["closing ended with code 1; it is started again."], _said);
    }

    [Fact]
    public async Task A_child_that_does_not_end_when_asked_is_killed()
    {
        var child = (await SuperviseAsync("stubborn", "trap '' TERM; echo deaf; while :; do sleep 1; done")).Child;
        await SeesAsync(() => child.LastOutput().Contains("deaf", StringComparison.Ordinal));

        var endedByItself = await child.StopAsync(Signal.Terminate, TimeSpan.FromMilliseconds(200));

        Assert.False(endedByItself);
        Assert.Equal(128 + 9, await child.Exited);
    }

    private static Task<bool> SeesAsync(Func<bool> condition) =>
        Eventually.GetAsync(() => Task.FromResult(condition()), isTrue => isTrue, Limit);

    private async Task<Supervisor> SuperviseAsync(
        string name, string script, Func<ChildCommand, Task<ChildProcess>>? start = null)
    {
        var command = new ChildCommand(name, "/bin/sh", "-c", script)
        {
            LogFile = LogFile.Begin(Path.Combine(servers.Logs, name + ".log")),
            WorkingDirectory = servers.Folder,
        };
        return new Supervisor(name, await ChildProcess.StartAsync(command), _ => (start ?? ChildProcess.StartAsync)(command),
            _said.Enqueue, TimeProvider.System);
    }
}
