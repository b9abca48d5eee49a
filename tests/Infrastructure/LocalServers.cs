using System.Runtime.Versioning;
using GoCart.AppHost.Installing;
using GoCart.AppHost.Local;
using GoCart.Operator;
using GoCart.Tests.Infrastructure;
using Npgsql;

[assembly: AssemblyFixture(typeof(LocalServers))]
[assembly: SupportedOSPlatform("linux")]

namespace GoCart.Tests.Infrastructure;

/// <summary>
/// One PostgreSQL and one RabbitMQ for the whole test run, started when the first test asks for them and gone with the
/// run, whatever it dies of. Take it as a parameter of a test class's constructor.
/// </summary>
public sealed class LocalServers : IAsyncLifetime
{
    private const string TemplatePrefix = "template_";

    private readonly Passwords _passwords;
    private readonly Lazy<Task<Installation>> _installation;
    private readonly Lazy<Task<PostgresServer>> _postgres;
    private readonly Lazy<Task<RabbitServer>> _rabbit;
    private readonly Lazy<Task> _template;
    private int _sets;

    public LocalServers()
    {
        _passwords = Passwords.In(Path.Combine(Folder, "passwords-of-the-servers.json"));
        // On a bare machine the first run installs the servers, as the store itself would.
        _installation = new(() => Installation.EnsureAsync(
            mayInstall: _ => true,
            say: message => TestContext.Current.SendDiagnosticMessage("{0}", message),
            LogFile.Begin(Path.Combine(Logs, "install.log"))));
        _postgres = new(() => StartPostgresAsync("postgres"));
        _rabbit = new(() => StartRabbitAsync("rabbitmq"));
        _template = new(MigrateTemplateAsync);
    }

    /// <summary>Before the first test: also those that need no server may need a library.</summary>
    public async ValueTask InitializeAsync() => await _installation.Value;

    /// <summary>A folder of this run, in memory where there is room.</summary>
    public string Folder { get; } = TemporaryFolder.Create();

    /// <summary>Where the servers of this run write: a deadlock stands in postgres.log.</summary>
    public string Logs => Path.Combine(Folder, "logs");

    private string DatabasePassword(string role) => _passwords.Of("database/" + role);

    private string BrokerPassword(string user) => _passwords.Of("broker/" + user);

    /// <summary>A new, empty database for each service: nobody else's rows. Dropped when disposed, or with the run.</summary>
    public async Task<TestDatabases> CreateDatabasesAsync(CancellationToken cancellationToken = default)
    {
        var databases = new StoreDatabases(await _postgres.Value, DatabasePassword);
        var prefix = $"t{Interlocked.Increment(ref _sets)}_";
        return new TestDatabases(
            await databases.CreateAsync(cancellationToken, prefix),
            () => DropDatabasesAsync(prefix));
    }

    /// <summary>A new database for each service, migrated, with the administrator in it and no products.</summary>
    public async Task<TestDatabases> CreateMigratedDatabasesAsync(CancellationToken cancellationToken = default)
    {
        await _template.Value;
        var databases = new StoreDatabases(await _postgres.Value, DatabasePassword);
        var prefix = $"t{Interlocked.Increment(ref _sets)}_";
        return new TestDatabases(
            await databases.CreateAsync(cancellationToken, prefix, TemplatePrefix),
            () => DropDatabasesAsync(prefix));
    }

    /// <summary>A new virtual host: nobody else's exchanges and queues. Deleted when disposed, or with the run.</summary>
    public Task<TestVirtualHost> CreateVirtualHostAsync(CancellationToken cancellationToken = default) =>
        CreateVirtualHostAsync(isForPreviousRelease: false, cancellationToken);

    /// <param name="isForPreviousRelease">Its services, too, are to work there.</param>
    public async Task<TestVirtualHost> CreateVirtualHostAsync(bool isForPreviousRelease, CancellationToken cancellationToken = default)
    {
        var broker = await _rabbit.Value;
        var name = $"t{Interlocked.Increment(ref _sets)}";
        var virtualHosts = new RabbitVirtualHosts(broker, BrokerPassword(RabbitDefinitions.Administrator));
        await virtualHosts.CreateAsync(name, isForPreviousRelease, cancellationToken);
        return new TestVirtualHost(name, user => broker.AddressFor(user, name), async () =>
        {
            using (virtualHosts)
                await virtualHosts.DeleteAsync(name, CancellationToken.None);
        });
    }

    /// <summary>A broker that a test may kill, in a folder of that name. The caller ends it.</summary>
    internal async Task<RabbitServer> StartRabbitAsync(string name)
    {
        var server = (await _installation.Value).Rabbit(RabbitSettings(name));
        await server.StartAsync(CancellationToken.None);
        return server;
    }

    /// <summary>A broker of three nodes that a test may kill. The caller ends it.</summary>
    internal async Task<BrokerCluster> StartBrokerClusterAsync()
    {
        var installation = await _installation.Value;
        var cluster = new BrokerCluster(
            node => installation.Rabbit(RabbitSettings(node.Node) with { Cluster = node }), BrokerPassword);
        await cluster.StartAsync(CancellationToken.None);
        return cluster;
    }

    /// <summary>A PostgreSQL with the store's roles that a test may stop and damage, in a folder of that name. The caller ends it.</summary>
    /// <param name="isDurable">False: what it answers is not on the disk yet.</param>
    internal async Task<PostgresServer> StartPostgresAsync(string name, bool isDurable = false)
    {
        var server = await CreatePostgresAsync(name, isDurable);
        await server.StartAsync(CancellationToken.None);
        await new StoreDatabases(server, DatabasePassword).CreateRolesAsync(CancellationToken.None);
        return server;
    }

    /// <summary>The same, not started, for a folder that the caller fills.</summary>
    internal async Task<PostgresServer> CreatePostgresAsync(string name, bool isDurable = false) =>
        (await _installation.Value).Postgres(new PostgresSettings(
            Path.Combine(Folder, name), Ports.Free(), DatabasePassword(PostgresServer.Superuser),
            LogFile.Begin(Path.Combine(Logs, name + ".log")), isDurable));

    /// <summary>New databases on such a server, migrated, with the administrator.</summary>
    internal async Task<TestDatabases> CreateMigratedDatabasesAsync(PostgresServer server)
    {
        var databases = await new StoreDatabases(server, DatabasePassword).CreateAsync(CancellationToken.None);
        await Task.WhenAll(StoreDatabases.Names.Select(name => ServiceProcess.MigrateAsync(name, databases[name])));
        return new TestDatabases(databases, () => Task.CompletedTask);
    }

    private RabbitSettings RabbitSettings(string name) => new(
        Path.Combine(Folder, name), Ports.Free(), Ports.Free(), BrokerPassword, LogFile.Begin(Path.Combine(Logs, name + ".log")));

    /// <summary>What <c>.gocart/operator.json</c> would say: the auditor may read all databases and change none.</summary>
    /// <param name="broker">Another broker than the run's own.</param>
    internal async Task<OperatorSettings> OperatorSettingsOfAsync(
        TestDatabases databases, TestVirtualHost virtualHost, RabbitServer? broker = null)
    {
        var management = new UriBuilder((broker ?? await _rabbit.Value).Management)
        {
            UserName = RabbitDefinitions.Administrator,
            Password = BrokerPassword(RabbitDefinitions.Administrator),
        };
        return new(
            new Dictionary<string, string>
            {
                ["users"] = AsAuditor(databases.Users),
                ["products"] = AsAuditor(databases.Products),
                ["carts"] = AsAuditor(databases.Carts),
                ["orders"] = AsAuditor(databases.Orders),
            },
            new Dictionary<string, string>
            {
                ["users"] = databases.Users.Owner,
                ["products"] = databases.Products.Owner,
                ["orders"] = databases.Orders.Owner,
            },
            virtualHost.Administrator,
            management.Uri.ToString());

        string AsAuditor(TestDatabase database) => new NpgsqlConnectionStringBuilder(database.Superuser)
        {
            Username = StoreDatabases.Auditor,
            Password = DatabasePassword(StoreDatabases.Auditor),
        }.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        // A server that did not start has failed the tests that wanted it, and has no process to end.
        if (_postgres is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            await (await _postgres.Value).StopAsync(TimeSpan.FromSeconds(10));
        if (_rabbit is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            await (await _rabbit.Value).StopAsync(TimeSpan.Zero);
        var secrets = SecretsInLogs();
        Directory.Delete(Folder, recursive: true);
        Assert.Empty(secrets);
    }

    /// <summary>
    /// What the servers wrote, and services that ran as processes of their own; those inside the test process are read as they write.
    /// A test's own statement that fails stands in PostgreSQL's log: it has no address in it, or has it as a parameter.
    /// </summary>
    private List<string> SecretsInLogs() =>
    [
        .. from file in Directory.EnumerateFiles(Folder, "*.log", SearchOption.AllDirectories)
           from line in File.ReadLines(file)
           where !IsOfPlan(line)
           let secret = LogWatch.FindIn(line)
           where secret is not null
           select $"{Path.GetRelativePath(Folder, file)}: {secret}: {line[..Math.Min(line.Length, 300)]}",
    ];

    /// <summary>Plans are written for <c>FilledStore</c> alone, as JSON behind a tabulator, and with the values they are for.</summary>
    private static bool IsOfPlan(string line) => line.StartsWith('\t') && line.AsSpan().TrimStart().StartsWith("\"");

    private async Task DropDatabasesAsync(string prefix)
    {
        await using var superuser = new NpgsqlConnection((await _postgres.Value).ConnectionString() + ";Pooling=false");
        await superuser.OpenAsync();
        foreach (var name in StoreDatabases.Names)
        {
            await using var drop = new NpgsqlCommand($"drop database if exists {prefix}{name} with (force)", superuser);
            await drop.ExecuteNonQueryAsync();
        }
    }

    private async Task MigrateTemplateAsync()
    {
        var databases = await new StoreDatabases(await _postgres.Value, DatabasePassword)
            .CreateAsync(CancellationToken.None, TemplatePrefix);
        await Task.WhenAll(StoreDatabases.Names.Select(name => ServiceProcess.MigrateAsync(name, databases[name])));
    }
}
