using System.Globalization;
using Npgsql;

namespace GoCart.AppHost.Local;

/// <param name="Folder">A folder of the server's own; made when it is missing.</param>
/// <param name="Port">On 127.0.0.1.</param>
/// <param name="LogFile">Where the server's messages go; deadlocks and long waits for locks stand there.</param>
/// <param name="IsDurable">False for tests: what a power cut would destroy is thrown away anyway.</param>
internal sealed record PostgresSettings(
    string Folder, int Port, string SuperuserPassword, string LogFile, bool IsDurable = true);

/// <summary>A private PostgreSQL: a child process on 127.0.0.1 with a data folder of its own.</summary>
internal sealed class PostgresServer(PostgresSettings settings)
{
    public const string Superuser = "postgres";

    private static readonly TimeSpan startLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan stopLimit = TimeSpan.FromSeconds(6);

    private readonly SystemUser? user = SystemUser.ForServer("postgres");

    public ChildProcess? Process { get; private set; }

    public int Port => settings.Port;

    private string Data => Path.Combine(settings.Folder, "data");

    /// <summary>For the superuser; roles and databases of the store: <see cref="StoreDatabases"/>.</summary>
    public string ConnectionString(string database = "postgres") =>
        ConnectionString(database, Superuser, settings.SuperuserPassword);

    public string ConnectionString(string database, string role, string password) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = settings.Port,
            Database = database,
            Username = role,
            Password = password,
            // It never leaves the machine; asking for TLS first would cost a round trip a connection.
            SslMode = SslMode.Disable,
        }.ConnectionString;

    /// <summary>Makes the data folder if there is none, and returns when the server takes connections.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(startLimit);

        PrivateFolder.Create(settings.Folder, user);
        await Leftovers.EndAsync(settings.Folder, Signal.Interrupt, stopLimit, limit.Token);
        var programs = FindPrograms();
        if (!Directory.Exists(Data)) await CreateDataAsync(programs);
        DropStaleLock();

        Process = await ChildProcess.StartAsync(ServerCommand(programs));
        await Wait.UntilAsync(() => IsReadyAsync(limit.Token), limit.Token);
    }

    public async Task StopAsync()
    {
        // The interrupt is PostgreSQL's fast shutdown: clients are sent away, then everything is written.
        if (Process is not null) await Process.StopAsync(Signal.Interrupt, stopLimit);
    }

    private PostgresPrograms FindPrograms()
    {
        var versionFile = Path.Combine(Data, "PG_VERSION");
        int? madeBy = File.Exists(versionFile)
            ? int.Parse(File.ReadAllText(versionFile), CultureInfo.InvariantCulture)
            : null;
        return PostgresPrograms.Find(madeBy) ?? throw new ServerFailedException(madeBy is null
            ? $"PostgreSQL {PostgresPrograms.OldestMajorVersion} or newer is not installed."
            : $"{Data} was made by PostgreSQL {madeBy}, which is not installed any more.");
    }

    private async Task CreateDataAsync(PostgresPrograms programs)
    {
        // Made beside its place and moved there when complete: an initdb that was killed leaves nothing half made.
        var unfinished = Data + ".new";
        if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);

        var passwordFile = Path.Combine(settings.Folder, "password.new");
        PrivateFolder.WriteFile(passwordFile, settings.SuperuserPassword, user);
        try
        {
            var initDb = await ChildProcess.StartAsync(new ChildCommand(
                "initdb", programs.InitDb,
                [
                    "--pgdata", unfinished, "--username", Superuser, "--pwfile", passwordFile,
                    "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8",
                    .. settings.IsDurable ? (string[])["--data-checksums"] : ["--no-sync", "--wal-segsize=1"],
                ])
            {
                LogFile = settings.LogFile,
                WorkingDirectory = settings.Folder,
                User = user,
            });
            if (await initDb.Exited != 0) throw ServerFailedException.From(initDb, "failed");
        }
        finally
        {
            File.Delete(passwordFile);
        }

        Directory.Move(unfinished, Data);
    }

    /// <summary>
    /// After a kill -9 the lock file names a process that is gone, or that is something else by now: everything that
    /// worked in our folder has been ended before, so the file says nothing any more.
    /// </summary>
    private void DropStaleLock() => File.Delete(Path.Combine(Data, "postmaster.pid"));

    private ChildCommand ServerCommand(PostgresPrograms programs)
    {
        string[] options =
        [
            $"port={settings.Port}", "listen_addresses=127.0.0.1",
            // No socket file: its path may have 107 bytes at most, and a data folder may lie deep.
            "unix_socket_directories=",
            "max_connections=300", "shared_buffers=128MB", "timezone=UTC", "log_timezone=UTC",
            // Short statements only: compiling a plan costs more than running it.
            "jit=off", "random_page_cost=1.1",
            "log_lock_waits=on", "log_line_prefix=%m [%p] %u@%d ", "log_checkpoints=off",
            .. settings.IsDurable
                ? (string[])["fsync=on", "synchronous_commit=on", "full_page_writes=on", "max_wal_size=1GB"]
                : ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=256MB"],
        ];
        return new ChildCommand(
            "PostgreSQL", programs.Server, ["-D", Data, .. options.SelectMany(option => (string[])["-c", option])])
        {
            LogFile = settings.LogFile,
            WorkingDirectory = settings.Folder,
            User = user,
            ParentDeathSignal = Signal.Interrupt,
        };
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        var child = Process!; // set by StartAsync, the only caller
        if (child.Exited.IsCompleted) throw ServerFailedException.From(child, "did not start");
        // Whoever else may hold the port: it has to be our child that answers.
        if (!PortHolder.Is(settings.Port, child.Id)) return false;

        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString() + ";Pooling=false");
            await connection.OpenAsync(cancellationToken);
            return true;
        }
        // Still starting up, which after a crash means replaying what was written last.
        catch (NpgsqlException e) when (e is PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow }
            || e is not PostgresException)
        {
            return false;
        }
    }
}
