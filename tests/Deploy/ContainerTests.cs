using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using GoCart.AppHost.Local;
using GoCart.Tests.Infrastructure;
using Npgsql;

namespace GoCart.Tests.Deploy;

/// <summary>What the containers of deploy/ run, as plain processes: no container engine is needed to know that it works.</summary>
public sealed partial class ContainerTests(LocalServers servers)
{
    private const string Password = "a password with ' and \" in it";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_database_container_gets_its_roles_and_users_migrates_serves_and_is_healthy_in_production()
    {
        await using var databases = await servers.CreateDatabasesAsync(Cancelled);
        var superuser = new NpgsqlConnectionStringBuilder(databases.Users.Superuser) { Pooling = false };
        // The roles are named after the database, and those of this run's own databases exist already.
        var database = $"container_{Guid.NewGuid():N}";
        await ExecuteAsync(superuser.ConnectionString, $"create database {database}");
        await AssertSucceedsAsync("bash", [Repository.Path("deploy/postgres/roles.sh")], new()
        {
            ["PGHOST"] = superuser.Host,
            ["PGPORT"] = $"{superuser.Port}",
            ["PGPASSWORD"] = superuser.Password,
            ["POSTGRES_USER"] = superuser.Username,
            ["POSTGRES_DB"] = database,
            ["SERVICE_PASSWORD"] = Password,
            ["OWNER_PASSWORD"] = Password,
        });
        var keyFile = Path.Combine(servers.Folder, $"{database}.pem");
        using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
            await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem(), Cancelled);
        var environment = new Dictionary<string, string?>
        {
            ["DOTNET_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["Urls"] = $"http://127.0.0.1:{Ports.Free()}",
            ["Paging__Key"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["Auth__SigningKeyFile"] = keyFile,
            ["ConnectionStrings__Database"] = ConnectionString(database),
            ["ConnectionStrings__Migrations"] = ConnectionString($"{database}_owner"),
        };

        await AssertSucceedsAsync("dotnet", [ServiceProcess.Path("users"), "migrate"], environment);
        environment.Remove("ConnectionStrings__Migrations");
        Assert.NotEqual(0, (await RunAsync("dotnet", [ServiceProcess.Path("users"), "health"], environment)).ExitCode);
        using var serving = Start("dotnet", [ServiceProcess.Path("users"), "serve"], environment);
        try
        {
            await Eventually.AssertAsync(
                () => AssertSucceedsAsync("dotnet", [ServiceProcess.Path("users"), "health"], environment),
                TimeSpan.FromSeconds(30));
        }
        finally
        {
            LinuxCalls.SendSignal(serving.Id, Signal.Terminate);
            await serving.WaitForExitAsync(Cancelled);
        }
        Assert.Equal(0, serving.ExitCode);

        string ConnectionString(string role) => new NpgsqlConnectionStringBuilder
        {
            Host = superuser.Host,
            Port = superuser.Port,
            Database = database,
            Username = role,
            Password = Password,
        }.ConnectionString;
    }

    [Fact]
    public async Task The_broker_container_gives_every_service_the_rights_it_has_on_one_machine()
    {
        var file = Path.Combine(servers.Folder, $"definitions-{Guid.NewGuid():N}.json");
        await AssertSucceedsAsync("bash", [Repository.Path("deploy/rabbitmq/start.sh"), "true"], new()
        {
            ["DEFINITIONS"] = file,
            ["OPERATOR_PASSWORD"] = "o",
            ["PRODUCTS_PASSWORD"] = "p",
            ["CARTS_PASSWORD"] = "c",
            ["ORDERS_PASSWORD"] = "s",
        });

        using var definitions = JsonDocument.Parse(await File.ReadAllTextAsync(file, Cancelled));
        var permissions = definitions.RootElement.GetProperty("permissions").EnumerateArray().ToDictionary(
            permission => permission.GetProperty("user").GetString()!, // every permission names its user
            permission => (permission.GetProperty("configure").GetString()!,
                permission.GetProperty("write").GetString()!,
                permission.GetProperty("read").GetString()!));
        Assert.Equal(RabbitDefinitions.Users.Order(), permissions.Keys.Order());
        Assert.All(RabbitDefinitions.Users, user => Assert.Equal(RabbitDefinitions.Permissions(user), permissions[user]));
    }

    [Fact]
    public async Task The_example_environment_names_every_variable_that_the_compose_file_needs()
    {
        var compose = await File.ReadAllTextAsync(Repository.Path("deploy/compose.yaml"), Cancelled);
        var example = await File.ReadAllTextAsync(Repository.Path("deploy/.env.example"), Cancelled);

        var needed = Variable().Matches(compose).Where(match => !match.Value.Contains(":-", StringComparison.Ordinal))
            .Select(match => match.Groups[1].Value).Distinct();
        var given = example.Split('\n').Where(line => line.Contains('=', StringComparison.Ordinal))
            .Select(line => line.Split('=')[0]).ToHashSet();

        Assert.All(needed, name => Assert.Contains(name, given));
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancelled);
    }

    private static async Task AssertSucceedsAsync(string program, string[] arguments, Dictionary<string, string?> environment)
    {
        var (exitCode, output) = await RunAsync(program, arguments, environment);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)}: {exitCode}\n{output}");
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(
        string program, string[] arguments, Dictionary<string, string?> environment)
    {
        using var process = Start(program, arguments, environment);
        var output = process.StandardOutput.ReadToEndAsync(Cancelled);
        var errors = process.StandardError.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled);
        return (process.ExitCode, await output + await errors);
    }

    private static Process Start(string program, string[] arguments, Dictionary<string, string?> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start.");
    }

    [GeneratedRegex(@"\$\{([A-Z_]+)[^}]*\}")]
    private static partial Regex Variable();
}
