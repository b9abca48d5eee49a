using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using GoCart.AppHost.Local;
using GoCart.Tests.Infrastructure;
using Npgsql;

namespace GoCart.Tests.Deploy;

/// <summary>
/// All containers of deploy/compose.yaml as plain processes: the databases' first start, migrate, serve and health of every
/// service in production.
/// </summary>
internal sealed partial class ContainerStore : IAsyncDisposable
{
    private const string Password = "a password with ' and \" in it";
    private const string OperatorsPassword = "longEnoughForProduction0";

    // The compose file's stop_grace_period.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    private readonly LocalServers _servers;
    private readonly TestVirtualHost _virtualHost;
    private readonly NpgsqlConnectionStringBuilder _superuser;
    // Roles are named after their database, and those of this run's own databases exist already.
    private readonly string _prefix = $"container_{Guid.NewGuid():N}_";
    private readonly Dictionary<string, Uri> _addresses;
    private readonly Dictionary<string, string?> _shared;
    private readonly List<ChildProcess> _serving = [];

    public ContainerStore(LocalServers servers, TestDatabases databases, TestVirtualHost virtualHost)
    {
        _servers = servers;
        _virtualHost = virtualHost;
        _superuser = new NpgsqlConnectionStringBuilder(databases.Users.Superuser) { Pooling = false };
        _addresses = StoreDatabases.Names.Append("gateway").ToDictionary(name => name, _ => new Uri($"http://127.0.0.1:{Ports.Free()}"));
        _shared = new()
        {
            ["DOTNET_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["Paging__Key"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["Store__Currency"] = "USD",
            // What compose makes of variables that .env leaves empty.
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "",
            ["Gateway__TrustedProxies__0"] = "",
        };
        foreach (var (name, address) in _addresses)
            _shared[$"Services__{name}"] = address.OriginalString;
    }

    public Uri Gateway => _addresses["gateway"];

    /// <summary>A database container that is new: its empty database, and roles.sh.</summary>
    public static async Task CreateDatabaseAsync(NpgsqlConnectionStringBuilder superuser, string database)
    {
        await using (var connection = new NpgsqlConnection(superuser.ConnectionString))
        {
            await connection.OpenAsync();
            await using var create = new NpgsqlCommand($"create database {database}", connection);
            await create.ExecuteNonQueryAsync();
        }

        await ProgramRun.OfSuccessAsync(new ProcessStartInfo("bash", [Repository.Path("deploy/postgres/roles.sh")])
        {
            Environment =
            {
                ["PGHOST"] = superuser.Host,
                ["PGPORT"] = $"{superuser.Port}",
                ["PGPASSWORD"] = superuser.Password,
                ["POSTGRES_USER"] = superuser.Username,
                ["POSTGRES_DB"] = database,
                ["SERVICE_PASSWORD"] = Password,
                ["OWNER_PASSWORD"] = OperatorsPassword,
                ["AUDITOR_PASSWORD"] = OperatorsPassword,
            },
        });
    }

    public Task CreateDatabaseAsync(string service) => CreateDatabaseAsync(_superuser, _prefix + service);

    public string SuperuserOf(string service) =>
        new NpgsqlConnectionStringBuilder(_superuser.ConnectionString) { Database = _prefix + service }.ConnectionString;

    public string ServiceRoleOf(string service) => ConnectionString(service, _prefix + service, Password);

    public Task MigrateAsync(string service) => ProgramRun.OfSuccessAsync(Command(service, "migrate", new(_shared)
    {
        ["ConnectionStrings__Database"] = ConnectionString(service, _prefix + service, Password),
        ["ConnectionStrings__Migrations"] = ConnectionString(service, $"{_prefix}{service}_owner", OperatorsPassword),
    }));

    public async Task ServeAsync(string service)
    {
        var start = Command(service, "serve", EnvironmentOf(service));
        _serving.Add(await ChildProcess.StartAsync(new ChildCommand(service, start.FileName, start.ArgumentList)
        {
            LogFile = LogFile.Begin(Path.Combine(_servers.Logs, $"container-{service}.log")),
            WorkingDirectory = start.WorkingDirectory,
            Environment = EnvironmentOf(service),
        }));
    }

    public Task<ProgramRun> HealthAsync(string service) =>
        ProgramRun.OfAsync(Command(service, "health", EnvironmentOf(service)));

    /// <summary>A command of gocart with the example of an operator's file, filled in as docs/operations.md says.</summary>
    public async Task<string> GoCartAsync(string input, params string[] command)
    {
        var example = await File.ReadAllTextAsync(Repository.Path("deploy/operator.example.json"));
        var text = DatabaseOfCompose().Replace(Variable().Replace(example, OperatorsPassword), match =>
            $"Port={_superuser.Port};Database={_prefix}{match.Groups["name"]};Username={_prefix}");
        text = text.Replace($"amqp://operator:{OperatorsPassword}@127.0.0.1:5672/", _virtualHost.Administrator, StringComparison.Ordinal);
        // In a folder of its own: the audit would look for secrets in the logs beside it, which are those of all tests.
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(_servers.Folder, $"{_prefix}operator")).FullName, "operator.json");
        await File.WriteAllTextAsync(file, text);
        return await ProgramRun.OfSuccessAsync(
            new ProcessStartInfo("dotnet", [ServiceProcess.CliPath, .. command, "--settings", file]), input);
    }

    /// <summary>As compose stops them; each has to end by itself, and say that all went well.</summary>
    public async Task StopAsync()
    {
        foreach (var serving in _serving)
        {
            Assert.True(await serving.StopAsync(Signal.Terminate, StopLimit), $"{serving.Command.Name} had to be killed.");
            Assert.Equal(0, await serving.Exited);
        }
    }

    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(_serving.Select(serving => serving.StopAsync(Signal.Kill, TimeSpan.Zero)));

    private Dictionary<string, string?> EnvironmentOf(string service)
    {
        var environment = new Dictionary<string, string?>(_shared) { ["Urls"] = _addresses[service].OriginalString };
        if (service == "gateway")
            return environment;

        environment["ConnectionStrings__Database"] = ConnectionString(service, _prefix + service, Password);
        if (service == "users")
            environment["Auth__SigningKeyFile"] = SigningKey();
        else
            environment["ConnectionStrings__Broker"] = BrokerAddressOf(service);
        return environment;
    }

    private string BrokerAddressOf(string service) => service switch
    {
        "products" => _virtualHost.Products,
        "carts" => _virtualHost.Carts,
        "orders" => _virtualHost.Orders,
        _ => throw new ArgumentOutOfRangeException(nameof(service), service, "It uses no broker."),
    };

    private string SigningKey()
    {
        var file = Path.Combine(_servers.Folder, $"{_prefix}signing-key.pem");
        if (!File.Exists(file))
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            File.WriteAllText(file, key.ExportPkcs8PrivateKeyPem());
        }

        return file;
    }

    private string ConnectionString(string service, string role, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = _superuser.Host,
        Port = _superuser.Port,
        Database = _prefix + service,
        Username = role,
        Password = password,
    }.ConnectionString;

    /// <summary>The image's working directory is where its program lies.</summary>
    private static ProcessStartInfo Command(string service, string command, Dictionary<string, string?> environment)
    {
        var program = ServiceProcess.Path(service);
        var start = new ProcessStartInfo("dotnet", [Path.GetFileName(program), command])
        {
            WorkingDirectory = Path.GetDirectoryName(program)!, // a full path
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return start;
    }

    [GeneratedRegex(@"\$\{[A-Z_]+\}")]
    private static partial Regex Variable();

    /// <summary>In the example every database has its port, its name and a role that begins with that name.</summary>
    [GeneratedRegex(@"Port=543[3-6];Database=(?<name>\w+);Username=(?=\k<name>_)")]
    private static partial Regex DatabaseOfCompose();
}
