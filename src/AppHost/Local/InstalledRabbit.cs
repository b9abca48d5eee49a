namespace GoCart.AppHost.Local;

/// <summary>RabbitMQ from the programs installed on this machine.</summary>
internal sealed class InstalledRabbit(RabbitSettings settings) : RabbitServer(settings)
{
    private const string DataVariable = "RABBITMQ_MNESIA_BASE";

    private static readonly TimeSpan EpmdLimit = TimeSpan.FromSeconds(15);

    // Its management page takes six seconds to close; what was confirmed lies on disk long before.
    private static readonly TimeSpan LeftoverPatience = TimeSpan.FromSeconds(3);

    private readonly SystemUser? _user = SystemUser.ForServer("rabbitmq");

    // Nobody but the broker itself uses these two; the nodes of a cluster share the first.
    private readonly int _epmdPort = settings.Cluster?.EpmdPort ?? Ports.Free();
    private readonly int _distributionPort = Ports.Free();

    private ChildProcess? _epmd;

    public override async Task StopAsync(TimeSpan patience)
    {
        await base.StopAsync(patience);
        if (_epmd is not null)
            await _epmd.StopAsync(Signal.Kill, TimeSpan.Zero);
    }

    public override Task EndLeftoversAsync(CancellationToken cancellationToken) =>
        Leftovers.WithVariable(DataVariable, InFolder("data")).EndAsync(Signal.Terminate, LeftoverPatience, cancellationToken);

    public override async Task DeleteDataAsync(CancellationToken cancellationToken)
    {
        await EndLeftoversAsync(cancellationToken);
        PrivateFolder.Delete(Settings.Folder);
    }

    protected override async Task<ChildCommand> PrepareAsync(CancellationToken cancellationToken)
    {
        var programs = RabbitPrograms.Find() ?? throw new ServerFailedException("RabbitMQ is not installed.");
        PrivateFolder.Create(Settings.Folder, _user);
        await EndLeftoversAsync(cancellationToken);
        var environment = WriteConfiguration(programs);

        await StartEpmdAsync(programs, cancellationToken);
        return new ChildCommand("RabbitMQ", programs.Server)
        {
            LogFile = Settings.LogFile,
            WorkingDirectory = Settings.Folder,
            User = _user,
            Environment = environment,
            ParentDeathSignal = Signal.Terminate,
        };
    }

    /// <summary>It opens this port last, after plugins and users.</summary>
    protected override Task<bool> IsReadyAsync(ChildProcess child, CancellationToken cancellationToken) =>
        Ports.IsAnsweredByAsync(Settings.Port, child.Id);

    /// <summary>Writes everything the broker reads, and returns the variables that point it there.</summary>
    private Dictionary<string, string?> WriteConfiguration(RabbitPrograms programs)
    {
        PrivateFolder.Create(InFolder("data"), _user);
        PrivateFolder.WriteFile(InFolder("enabled_plugins"), "[rabbitmq_management].", _user);
        PrivateFolder.WriteFile(InFolder("definitions.json"), RabbitDefinitions.Json(Settings.PasswordOf), _user);
        PrivateFolder.WriteFile(InFolder(".erlang.cookie"), Settings.PasswordOf("cookie"), _user);
        PrivateFolder.WriteFile(InFolder("rabbitmq.conf"),
            Configuration("127.0.0.1", Settings.Port, Settings.ManagementPort, InFolder("definitions.json")) + Settings.Cluster?.Configuration, _user);

        const string LoopbackOnly = "-kernel inet_dist_use_interface {127,0,0,1}";
        // Relative to our working directory: the scripts do not expect a space in this path.
        var home = programs.LinkNeededPlugins(InFolder("programs")) is null ? programs.Home : "programs";
        return new()
        {
            ["HOME"] = Settings.Folder,
            ["LANG"] = "C.UTF-8",
            ["RABBITMQ_SCRIPTS_DIR"] = Path.Combine(home, "sbin"),
            ["RABBITMQ_PLUGINS_DIR"] = Path.Combine(home, "plugins"),
            ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
            ["RABBITMQ_CONFIG_FILE"] = InFolder("rabbitmq.conf"),
            ["RABBITMQ_ADVANCED_CONFIG_FILE"] = InFolder("advanced.config"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = InFolder("enabled_plugins"),
            ["RABBITMQ_GENERATED_CONFIG_DIR"] = InFolder("config"),
            [DataVariable] = InFolder("data"),
            ["RABBITMQ_LOG_BASE"] = InFolder("log"),
            ["RABBITMQ_LOGS"] = "-",
            ["RABBITMQ_NODENAME"] = (Settings.Cluster?.Node ?? "gocart") + "@localhost",
            ["RABBITMQ_DIST_PORT"] = $"{_distributionPort}",
            ["ERL_EPMD_PORT"] = $"{_epmdPort}",
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["ERL_CRASH_DUMP"] = "/dev/null",
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = LoopbackOnly,
            ["RABBITMQ_CTL_ERL_ARGS"] = LoopbackOnly,
            // The script then becomes the server instead of waiting for it, and our child is the broker itself.
            ["RUNNING_UNDER_SYSTEMD"] = "true",
            ["NOTIFY_SOCKET"] = null,
        };
    }

    private async Task StartEpmdAsync(RabbitPrograms programs, CancellationToken cancellationToken)
    {
        if (_epmd is { Exited.IsCompleted: false } || (Settings.Cluster is not null && !Ports.IsFree(_epmdPort)))
            return;

        // As a child of ours, first: otherwise the broker starts one that outlives it and serves the whole machine.
        _epmd = await ChildProcess.StartAsync(new ChildCommand(
            "epmd", programs.Epmd, "-address", "127.0.0.1", "-port", $"{_epmdPort}")
        {
            LogFile = Settings.LogFile,
            // Not in our folder: it outlives a broker that crashes, and is no leftover when that one is started again.
            WorkingDirectory = "/",
            User = _user,
        });
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(EpmdLimit);
        try
        {
            await Wait.UntilAsync(
                () => _epmd.Exited.IsCompleted
                    ? throw ServerFailedException.From(_epmd, "did not start")
                    : PortHolder.Is(_epmdPort, _epmd.Id),
                limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await _epmd.StopAsync(Signal.Kill, TimeSpan.Zero);
            throw ServerFailedException.From(_epmd, $"was not ready after {EpmdLimit.TotalSeconds:0} s");
        }
    }

    private string InFolder(string name) => Path.Combine(Settings.Folder, name);
}
