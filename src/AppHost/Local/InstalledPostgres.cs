using System.Globalization;

namespace GoCart.AppHost.Local;

/// <summary>PostgreSQL from the programs installed on this machine.</summary>
internal sealed class InstalledPostgres(PostgresSettings settings) : PostgresServer(settings)
{
    private const string Server = "postgres";

    private static readonly TimeSpan LeftoverPatience = TimeSpan.FromSeconds(10);

    private readonly SystemUser? _user = SystemUser.ForServer("postgres");

    private string Data => Path.Combine(Settings.Folder, "data");

    public override Task EndLeftoversAsync(CancellationToken cancellationToken) =>
        Leftovers.WorkingIn(Settings.Folder, Server, "initdb").EndAsync(Signal.Interrupt, LeftoverPatience, cancellationToken);

    public override async Task DeleteDataAsync(CancellationToken cancellationToken)
    {
        await EndLeftoversAsync(cancellationToken);
        PrivateFolder.Delete(Settings.Folder);
    }

    protected override async Task<ChildCommand> PrepareAsync(CancellationToken cancellationToken)
    {
        PrivateFolder.Create(Settings.Folder, _user);
        await EndLeftoversAsync(cancellationToken);

        var programs = FindPrograms();
        if (!Directory.Exists(Data))
            await CreateDataAsync(programs);
        DeleteLockOfAnother();

        string[] options =
        [
            .. Options, $"port={Settings.Port}", "listen_addresses=127.0.0.1",
            // No socket file: its path may have 107 bytes at most, and a data folder may lie deep.
            "unix_socket_directories=",
        ];
        return new ChildCommand(
            "PostgreSQL", programs.Server, ["-D", Data, .. options.SelectMany(option => (string[])["-c", option])])
        {
            LogFile = Settings.LogFile,
            WorkingDirectory = Settings.Folder,
            User = _user,
            ParentDeathSignal = Signal.Interrupt,
        };
    }

    protected override async Task<bool> IsReadyAsync(ChildProcess child, CancellationToken cancellationToken) =>
        await Ports.IsAnsweredByAsync(Settings.Port, child.Id) && await base.IsReadyAsync(child, cancellationToken);

    /// <summary>
    /// After a kill -9 the lock file stays. PostgreSQL itself finds that its process is gone, and whether children of it are
    /// still at work on the data; but it is misled where the id was given out again, as happens in containers.
    /// </summary>
    private void DeleteLockOfAnother()
    {
        var file = Path.Combine(Data, "postmaster.pid");
        if (!File.Exists(file))
            return;

        // What was ours to see has just been ended. A PostgreSQL that is not ours to see may be the one that holds the data.
        var isAnother = !int.TryParse(File.ReadLines(file).FirstOrDefault(), out var processId)
            || (ProcessTable.ProgramOf(processId) is { } program
                && (program != Server || ProcessTable.WorkingDirectoryOf(processId) is not null));
        if (isAnother)
            File.Delete(file);
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
        PrivateFolder.Delete(unfinished);

        var passwordFile = Path.Combine(Settings.Folder, "password.new");
        PrivateFolder.WriteFile(passwordFile, Settings.SuperuserPassword, _user);
        try
        {
            var initDb = await ChildProcess.StartAsync(new ChildCommand(
                "initdb", programs.InitDb,
                [
                    "--pgdata", unfinished, "--username", Superuser, "--pwfile", passwordFile,
                    "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8",
                    .. Settings.IsDurable ? (string[])["--data-checksums"] : ["--no-sync", "--wal-segsize=1"],
                ])
            {
                LogFile = Settings.LogFile,
                WorkingDirectory = Settings.Folder,
                User = _user,
            });
            if (await initDb.Exited != 0)
                throw ServerFailedException.From(initDb, "failed");
        }
        finally
        {
            File.Delete(passwordFile);
        }

        Directory.Move(unfinished, Data);
    }
}
