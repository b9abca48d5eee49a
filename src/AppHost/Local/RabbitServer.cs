namespace GoCart.AppHost.Local;

/// <param name="Folder">A folder of the broker's own; made when it is missing.</param>
/// <param name="Port">AMQP, on 127.0.0.1.</param>
/// <param name="ManagementPort">HTTP, on 127.0.0.1.</param>
/// <param name="PasswordOf">The password of a user of <see cref="RabbitDefinitions"/>.</param>
internal sealed record RabbitSettings(
    string Folder, int Port, int ManagementPort, Func<string, string> PasswordOf, string LogFile);

/// <summary>A private RabbitMQ with its management page: a child process on 127.0.0.1 with a data folder of its own.</summary>
internal sealed class RabbitServer(RabbitSettings settings)
{
    private static readonly TimeSpan startLimit = TimeSpan.FromSeconds(90);

    private readonly SystemUser? user = SystemUser.ForServer("rabbitmq");

    // Nobody but the broker itself uses these two.
    private readonly int epmdPort = Ports.Free();
    private readonly int distributionPort = Ports.Free();

    private ChildProcess? epmd;

    public ChildProcess? Process { get; private set; }

    public int Port => settings.Port;

    public Uri Management => new($"http://127.0.0.1:{settings.ManagementPort}/");

    public string AddressFor(string user, string virtualHost = "/") =>
        $"amqp://{user}:{settings.PasswordOf(user)}@127.0.0.1:{settings.Port}/{Uri.EscapeDataString(virtualHost)}";

    /// <summary>Returns when the broker takes connections and knows its users.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(startLimit);

        var programs = RabbitPrograms.Find() ?? throw new ServerFailedException("RabbitMQ is not installed.");
        PrivateFolder.Create(settings.Folder, user);
        await Leftovers.EndAsync(settings.Folder, Signal.Terminate, TimeSpan.FromSeconds(10), limit.Token);
        var environment = WriteConfiguration(programs);

        await StartEpmdAsync(programs, limit.Token);
        Process = await ChildProcess.StartAsync(new ChildCommand("RabbitMQ", programs.Server)
        {
            LogFile = settings.LogFile,
            WorkingDirectory = settings.Folder,
            User = user,
            Environment = environment,
            ParentDeathSignal = Signal.Terminate,
        });
        // It opens its port last, after plugins and users.
        await ListensAsync(Process, settings.Port, limit.Token);
    }

    /// <summary>Everything confirmed lies on disk by then, so a broker that dawdles is killed without harm.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        if (Process is not null) await Process.StopAsync(Signal.Terminate, patience);
        if (epmd is not null) await epmd.StopAsync(Signal.Kill, patience);
    }

    /// <summary>For a broker whose data nobody needs any more: a stop in good order takes it seconds.</summary>
    public Task KillAsync() => StopAsync(TimeSpan.Zero);

    /// <summary>Writes everything the broker reads, and returns the variables that point it there.</summary>
    private Dictionary<string, string?> WriteConfiguration(RabbitPrograms programs)
    {
        PrivateFolder.Create(InFolder("data"), user);
        PrivateFolder.WriteFile(InFolder("enabled_plugins"), "[rabbitmq_management].", user);
        PrivateFolder.WriteFile(InFolder("definitions.json"), RabbitDefinitions.Json(settings.PasswordOf), user);
        PrivateFolder.WriteFile(InFolder(".erlang.cookie"), settings.PasswordOf("cookie"), user);
        PrivateFolder.WriteFile(InFolder("rabbitmq.conf"),
            $"""
            listeners.tcp.1 = 127.0.0.1:{settings.Port}
            management.tcp.ip = 127.0.0.1
            management.tcp.port = {settings.ManagementPort}
            load_definitions = {InFolder("definitions.json")}
            disk_free_limit.absolute = 256MB
            # A quorum queue keeps in memory what this log holds: the default of 512 MB is for machines of its own.
            raft.wal_max_size_bytes = 67108864
            log.console = true
            log.file = false

            """, user);

        const string LoopbackOnly = "-kernel inet_dist_use_interface {127,0,0,1}";
        var home = programs.LinkNeededPlugins(InFolder("programs")) ?? programs.Home;
        return new()
        {
            ["HOME"] = settings.Folder,
            ["LANG"] = "C.UTF-8",
            ["RABBITMQ_SCRIPTS_DIR"] = Path.Combine(home, "sbin"),
            ["RABBITMQ_PLUGINS_DIR"] = Path.Combine(home, "plugins"),
            ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
            ["RABBITMQ_CONFIG_FILE"] = InFolder("rabbitmq.conf"),
            ["RABBITMQ_ADVANCED_CONFIG_FILE"] = InFolder("advanced.config"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = InFolder("enabled_plugins"),
            ["RABBITMQ_GENERATED_CONFIG_DIR"] = InFolder("config"),
            ["RABBITMQ_MNESIA_BASE"] = InFolder("data"),
            ["RABBITMQ_LOG_BASE"] = InFolder("log"),
            ["RABBITMQ_LOGS"] = "-",
            ["RABBITMQ_NODENAME"] = "gocart@localhost",
            ["RABBITMQ_DIST_PORT"] = $"{distributionPort}",
            ["ERL_EPMD_PORT"] = $"{epmdPort}",
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
        if (epmd is { Exited.IsCompleted: false }) return;

        // As a child of ours, first: otherwise the broker starts one that outlives it and serves the whole machine.
        epmd = await ChildProcess.StartAsync(new ChildCommand(
            "epmd", programs.Epmd, "-address", "127.0.0.1", "-port", $"{epmdPort}")
        {
            LogFile = settings.LogFile,
            // Not in our folder: it outlives a broker that crashes, and is no leftover when that one is started again.
            WorkingDirectory = "/",
            User = user,
        });
        await ListensAsync(epmd, epmdPort, cancellationToken);
    }

    private static Task ListensAsync(ChildProcess child, int port, CancellationToken cancellationToken) =>
        Wait.UntilAsync(
            () => child.Exited.IsCompleted
                ? throw ServerFailedException.From(child, "did not start")
                : PortHolder.Is(port, child.Id),
            cancellationToken);

    private string InFolder(string name) => Path.Combine(settings.Folder, name);
}
