using System.Diagnostics;

namespace GoCart.AppHost.Local;

/// <summary>
/// A running child: in a session of its own, so that Ctrl-C in the terminal reaches only us, who stop the children in
/// order; and ended by the kernel when we end, even by kill -9. Its output goes straight into a file: nothing of ours has
/// to live for it to be able to write.
/// </summary>
internal sealed class ChildProcess
{
    private readonly Process _process;

    private ChildProcess(ChildCommand command, Process process)
    {
        Command = command;
        _process = process;
        Exited = WaitForExitAsync();
    }

    public ChildCommand Command { get; }

    public int Id => _process.Id;

    /// <summary>Ends with the exit code, 128 + signal when a signal ended it.</summary>
    public Task<int> Exited { get; }

    public static Task<ChildProcess> StartAsync(ChildCommand command) => ChildThread.RunAsync(() => Start(command));

    public void Send(Signal signal)
    {
        if (!Exited.IsCompleted)
            LinuxCalls.SendSignal(Id, signal);
    }

    /// <summary>Asks the child to end, and kills it when it has not ended in time. True: it ended by itself.</summary>
    public async Task<bool> StopAsync(Signal signal, TimeSpan patience)
    {
        Send(signal);
        try
        {
            await Exited.WaitAsync(patience);
            return true;
        }
        catch (TimeoutException)
        {
            Send(Signal.Kill);
            await Exited;
            return false;
        }
    }

    /// <summary>The last lines it wrote, for a message that says why it failed.</summary>
    public string LastOutput(int lines = 12) => LogFile.Tail(Command.LogFile, lines);

    private static ChildProcess Start(ChildCommand command)
    {
        // There from now on: whoever waits for a line in it need not wait for the shell to open it.
        File.AppendAllText(command.LogFile, "");

        // Each program replaces the one before it, so the process id is the child's own: the shell opens the log file,
        // setsid makes the session, setpriv sets the user and the parent-death signal.
        var start = new ProcessStartInfo("/bin/sh")
        {
            WorkingDirectory = command.WorkingDirectory,
            ArgumentList =
            {
                "-c", """log=$1; shift; exec "$@" >>"$log" 2>&1 </dev/null""", "sh", command.LogFile,
                "setsid", "setpriv", "--pdeathsig", NameOf(command.ParentDeathSignal),
            },
        };

        if (command.User is { } user)
        {
            start.ArgumentList.Add($"--reuid={user.Id}");
            start.ArgumentList.Add($"--regid={user.GroupId}");
            start.ArgumentList.Add("--clear-groups");
        }

        start.ArgumentList.Add("--");
        start.ArgumentList.Add(command.Program);
        foreach (var argument in command.Arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in command.Environment)
            start.Environment[name] = value;

        var process = Process.Start(start)
            ?? throw new InvalidOperationException($"{command.Name} could not be started.");
        return new ChildProcess(command, process);
    }

    private static string NameOf(Signal? signal) => signal switch
    {
        null => "clear",
        Signal.Interrupt => "INT",
        Signal.Kill => "KILL",
        Signal.Terminate => "TERM",
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "This signal ends no process."),
    };

    private async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }
}
