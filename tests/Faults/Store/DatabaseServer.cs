using GoCart.AppHost.Local;
using GoCart.AppHost.Starting;
using Npgsql;

namespace GoCart.Faults.Store;

/// <summary>The store's PostgreSQL, and what can happen to one.</summary>
internal sealed class DatabaseServer(PostgresServer server, DataFolder folder)
{
    private const string DiskName = "gocart-faults";

    private readonly string _data = folder.ServerFolder("postgres");

    /// <summary>Whether its data lie on a disk of their own that can be filled: root alone can make one.</summary>
    public bool HasSmallDisk { get; private set; }

    private string Filler => Path.Combine(_data, "filler");

    /// <summary>Past all lines and pools: as superuser it works while the services cannot get in.</summary>
    public static async Task<NpgsqlConnection> ConnectAsync(string connectionString, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(connectionString + ";Pooling=false;Application Name=faults");
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    /// <summary>kill -9 of the process that holds all others: they end when they notice.</summary>
    public Task KillAsync() => Running.StopAsync(Signal.Kill, TimeSpan.Zero);

    /// <summary>As pg_ctl stop -m immediate: every process ends at once, as in a crash.</summary>
    public void Abort() => Running.Send(Signal.Quit);

    public Task WaitForEndAsync() => Running.Exited;

    public bool IsRunning => server.Process is { Exited.IsCompleted: false };

    /// <summary>Returns when it takes connections.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => server.StartAsync(cancellationToken);

    /// <summary>All of its processes stand still, and no connection is closed.</summary>
    public void Freeze() => SendToAll(Signal.Stop);

    public void Thaw() => SendToAll(Signal.Continue);

    /// <summary>Large enough for what is stored, and small enough to be filled.</summary>
    public void MountSmallDisk(int megabytes)
    {
        if (!Environment.IsPrivilegedProcess)
            return;
        Directory.CreateDirectory(_data);
        HasSmallDisk = Tool.Output("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", DiskName, _data) is not null;
    }

    public void UnmountSmallDisk()
    {
        if (HasSmallDisk)
            Tool.Output("umount", "--lazy", _data);
    }

    /// <summary>Those of runs that were killed: their folders, named after the processes, could not be deleted.</summary>
    public static void UnmountAbandonedDisks()
    {
        var abandoned = from mount in File.ReadLines("/proc/mounts")
                        let fields = mount.Split(' ')
                        where fields[0] == DiskName && !Directory.Exists($"/proc/{Path.GetDirectoryName(fields[1])!.Split('-')[^1]}")
                        select fields[1];
        foreach (var folder in abandoned.ToList())
            Tool.Output("umount", "--lazy", folder);
    }

    /// <summary>Leaves no byte free.</summary>
    public void FillDisk() => Tool.Output("dd", "if=/dev/zero", $"of={Filler}", "bs=1M");

    public void FreeDisk() => File.Delete(Filler);

    private ChildProcess Running => server.Process ?? throw new InvalidOperationException("PostgreSQL has never been started.");

    private void SendToAll(Signal signal)
    {
        foreach (var process in Leftovers.WorkingIn(_data).Find())
            LinuxCalls.SendSignal(process, signal);
    }
}
