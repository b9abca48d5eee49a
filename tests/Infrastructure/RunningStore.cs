using System.Diagnostics;
using System.Text;
using GoCart.AppHost.Local;
using GoCart.AppHost.Starting;

namespace GoCart.Tests.Infrastructure;

/// <summary>The whole store as a person starts it: the AppHost's own process, with ports and a data folder of its own.</summary>
public sealed class RunningStore : IAsyncDisposable
{
    private const string Started = "The store is ";

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RunningStore(
        string folder, int portOffset, string[] arguments, IReadOnlyDictionary<string, string> environment,
        bool likeInContainer = false, bool onTerminal = false)
    {
        Folder = folder;
        PortOffset = portOffset;
        _process = new Process
        {
            StartInfo = new ProcessStartInfo()
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
            EnableRaisingEvents = true,
        };
        string[] command =
        [
            "setpriv",
            // Root of an ordinary container may not look into processes of other users.
            .. likeInContainer && Environment.IsPrivilegedProcess ? (string[])["--bounding-set", "-sys_ptrace"] : [],
            "--", "dotnet", ServiceProcess.Path("AppHost"), "--data", folder, "--port-offset", $"{portOffset}", "--yes", .. arguments,
        ];
        if (onTerminal)
        {
            var quoted = string.Join(' ', command.Select(word => $"'{word}'"));
            command = ["script", "--quiet", "--return", "--command", $"exec {quoted}", "/dev/null"];
        }
        _process.StartInfo.FileName = command[0];
        foreach (var argument in command[1..])
            _process.StartInfo.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            _process.StartInfo.Environment[name] = value;
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.Exited += (_, _) => _opened.TrySetResult();
    }

    public string Folder { get; }

    public int PortOffset { get; }

    public Uri Gateway => new($"http://127.0.0.1:{8080 + PortOffset}");

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Every process that belongs to it but the AppHost itself.</summary>
    public IReadOnlyList<int> Children =>
    [
        .. Leftovers.WithVariable(ServiceSettings.FolderVariable, Folder).Find(),
        .. Leftovers.WorkingIn(Folder).Find(),
    ];

    /// <summary>Returns when the store says that it is open, wholly or not; a store that ended instead has said why.</summary>
    /// <param name="folder">Where it keeps everything; the caller's to delete.</param>
    /// <param name="arguments">Beside those for folder and ports.</param>
    public static Task<RunningStore> StartAsync(string folder, params string[] arguments) =>
        StartAsync(folder, FreeOffset(), arguments);

    public static Task<RunningStore> StartAsync(string folder, int portOffset, params string[] arguments) =>
        StartAsync(new RunningStore(folder, portOffset, arguments, new Dictionary<string, string>()));

    /// <summary>With no more rights than an ordinary container has.</summary>
    public static Task<RunningStore> StartLikeInContainerAsync(string folder, params string[] arguments) =>
        StartAsync(new RunningStore(folder, FreeOffset(), arguments, new Dictionary<string, string>(), likeInContainer: true));

    /// <summary>On a terminal, with databases and a broker that run elsewhere. Ending it closes the terminal.</summary>
    public static Task<RunningStore> StartExternalOnTerminalAsync(
        string folder, IReadOnlyDictionary<string, string> environment) =>
        StartAsync(new RunningStore(folder, FreeOffset(), ["--external"], environment, onTerminal: true));

    private static async Task<RunningStore> StartAsync(RunningStore store)
    {
        store._process.Start();
        store._process.BeginOutputReadLine();
        store._process.BeginErrorReadLine();
        await store._opened.Task.WaitAsync(StartLimit, TestContext.Current.CancellationToken);
        return store;
    }

    /// <returns>The exit code, 128 + signal when a signal ended it.</returns>
    internal async Task<int> EndAsync(Signal signal)
    {
        if (!_process.HasExited)
            LinuxCalls.SendSignal(_process.Id, signal);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(StopLimit);
        return _process.ExitCode;
    }

    /// <summary>Runs a command of gocart as this store's operator; it must succeed.</summary>
    public Task GoCartAsync(string input, params string[] command) => ProgramRun.OfSuccessAsync(
        new ProcessStartInfo("dotnet", [ServiceProcess.CliPath, .. command, "--settings", Path.Combine(Folder, "operator.json")]),
        input);

    /// <summary>The auditor finds nothing wrong, and, after a moment, nothing under way.</summary>
    public Task AssertSettledAsync() => Eventually.AssertAsync(() => GoCartAsync("", "audit", "--settled"));

    /// <summary>Returns when nothing of it runs any more.</summary>
    public Task WaitUntilGoneAsync() => Eventually.AssertAsync(() =>
    {
        Assert.Empty(Children);
        return Task.CompletedTask;
    });

    public async ValueTask DisposeAsync()
    {
        await EndAsync(Signal.Kill);
        _process.Dispose();
        // Its children notice at once; its databases and its broker take a moment to close. A store that never opened
        // has none, and what works in its folder then is another's.
        if (Output.Contains(Started, StringComparison.Ordinal))
            await WaitUntilGoneAsync();
    }

    private static int FreeOffset()
    {
        while (true)
        {
            var offset = Random.Shared.Next(100, 15_000);
            int[] ports = [5433, 5672, 15672, 8080, 8081, 8082, 8083, 8084];
            if (ports.All(port => Ports.Claim(port + offset)))
                return offset;
        }
    }

    private void Hear(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.AppendLine(line);
        if (line.Contains(Started, StringComparison.Ordinal))
            _opened.TrySetResult();
    }
}
