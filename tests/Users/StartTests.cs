using System.Security.Cryptography;
using GoCart.BuildingBlocks.Auth;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Users;

/// <summary>What production must not start with.</summary>
public sealed class StartTests(LocalServers servers) : IAsyncLifetime
{
    private TestDatabases? _databases;

    private TestDatabase Database => _databases!.Users; // set before every test

    public async ValueTask InitializeAsync()
    {
        _databases = await servers.CreateDatabasesAsync(TestContext.Current.CancellationToken);
        await UsersFixture.MigrateAsync(Database);
    }

    [Fact]
    public async Task Production_starts_with_a_key_and_an_administrator_of_its_own()
    {
        await ChangeAdminPasswordAsync();

        await using var users = await StartAsync(("Auth__SigningKeyFile", NewKeyFile()));
        await users.WaitUntilReadyAsync();

        using var client = new UsersClient(new HttpClient { BaseAddress = users.Address });
        using var registered = await client.RegisterAsync("customer@example.com");
        using var loggedIn = await client.LogInAsync("customer@example.com");
        var login = await loggedIn.ReadAsync<GoCart.Contracts.Users.LoginResponse>();
        Assert.Equal(600, login.ExpiresIn);
        Assert.EndsWith("; path=/api; secure; samesite=strict; httponly", UsersClient.SetCookieOf(loggedIn), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Production_refuses_to_start_with_the_administrator_that_everybody_knows()
    {
        await using var users = await StartAsync(("Auth__SigningKeyFile", NewKeyFile()));

        await AssertRefusesAsync(users, "The account admin@example.com exists with the password of the README.");
    }

    [Fact]
    public async Task Production_refuses_to_start_without_a_key()
    {
        await using var users = await StartAsync();

        await AssertRefusesAsync(users, "Set Auth:SigningKeyFile to a PEM file");
    }

    [Fact]
    public async Task The_audit_log_is_not_kept_for_less_than_90_days()
    {
        await using var users = await StartAsync(("Auth__SigningKeyFile", NewKeyFile()), ("Audit__RetentionDays", "89"));

        await AssertRefusesAsync(users, "Set Audit:RetentionDays to 90 or more days, 3650 at most.");
    }

    [Fact]
    public async Task Production_makes_no_key()
    {
        var path = Path.Combine(servers.Folder, $"{Guid.NewGuid():N}.pem");

        await using var users = await StartAsync(("Auth__SigningKeyFile", path));

        await AssertRefusesAsync(users, $"Auth:SigningKeyFile names {path}, which does not exist.");
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task Production_refuses_to_start_with_a_superuser_as_its_database_role()
    {
        await using var users = await UsersProcess.StartAsync(
            servers.Folder, "Production", Database with { Service = Database.Superuser }, ("Auth__SigningKeyFile", NewKeyFile()));

        await AssertRefusesAsync(users, "Set ConnectionStrings:Database to a role that has the rights it needs and no others: ");
    }

    [Fact]
    public async Task Production_refuses_to_start_with_the_role_that_owns_the_database()
    {
        await using var users = await UsersProcess.StartAsync(
            servers.Folder, "Production", Database with { Service = Database.Owner }, ("Auth__SigningKeyFile", NewKeyFile()));

        await AssertRefusesAsync(users, "users_owner owns the database.");
    }

    [Theory]
    [InlineData("AllowedHosts", "*", "Set AllowedHosts to your store")]
    [InlineData("Urls", "http://0.0.0.0:0", "Urls would send passwords and tokens in clear")]
    [InlineData("Services__Carts", "http://carts:8083", "Services:Carts would send passwords and tokens in clear")]
    [InlineData("ConnectionStrings__Database", "Host=db;Username=users;Password=9c1f0e7a55d2", "ConnectionStrings:Database would send")]
    public async Task Production_refuses_to_start_with_a_setting_for_a_desk(string setting, string value, string sentence)
    {
        await using var users = await StartAsync(("Auth__SigningKeyFile", NewKeyFile()), (setting, value));

        await AssertRefusesAsync(users, sentence);
    }

    [Fact]
    public async Task Production_refuses_to_migrate_as_a_superuser()
    {
        var run = await ProgramRun.OfAsync(new("dotnet", [ServiceProcess.Path("users"), "migrate"])
        {
            Environment =
            {
                ["DOTNET_ENVIRONMENT"] = "Production",
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["ConnectionStrings__Database"] = Database.Service,
                ["ConnectionStrings__Migrations"] = Database.Superuser + ";Pooling=false",
            },
        });

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Set ConnectionStrings:Migrations to a role that has the rights it needs", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Production_refuses_to_start_with_a_failpoint()
    {
        await using var users = await StartAsync(
            ("Auth__SigningKeyFile", NewKeyFile()), ("GOCART_FAILPOINT", "refresh.after_commit"));

        await AssertRefusesAsync(users, "GOCART_FAILPOINT is set");
    }

    [Fact]
    public async Task Without_its_database_the_service_starts_and_is_not_ready()
    {
        await using var users = await UsersProcess.StartAsync(
            servers.Folder, "Production",
            Database with { Service = "Host=127.0.0.1;Port=1;Username=users;Password=none-that-matters;Database=users" },
            ("Auth__SigningKeyFile", NewKeyFile()));
        using var http = new HttpClient { BaseAddress = users.Address };

        await Eventually.AssertAsync(async () =>
        {
            using var alive = await http.GetAsync(new Uri("/alive", UriKind.Relative));
            Assert.True(alive.IsSuccessStatusCode);
        });

        using var health = await http.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, health.StatusCode);
        using var client = new UsersClient(new HttpClient { BaseAddress = users.Address });
        using var login = await client.LogInAsync("customer@example.com");
        await login.AssertProblemAsync(System.Net.HttpStatusCode.ServiceUnavailable, "unavailable");
    }

    public async ValueTask DisposeAsync()
    {
        if (_databases is not null)
            await _databases.DisposeAsync();
    }

    private Task<UsersProcess> StartAsync(params (string Name, string Value)[] settings) =>
        UsersProcess.StartAsync(servers.Folder, "Production", Database, settings);

    private static async Task AssertRefusesAsync(UsersProcess users, string message)
    {
        var exitCode = await users.ExitAsync();

        Assert.Equal(1, exitCode);
        var sentence = users.Output.Split('\n').Single(line => line.StartsWith("The service does not start: ", StringComparison.Ordinal));
        Assert.Contains(message, sentence, StringComparison.Ordinal);
    }

    private string NewKeyFile()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var path = Path.Combine(servers.Folder, $"{Guid.NewGuid():N}.pem");
        File.WriteAllText(path, key.ExportPkcs8PrivateKeyPem());
        return path;
    }

    private async Task ChangeAdminPasswordAsync() => await StoreFixture.ScalarAsync<object>(
        Database, $"update users set password_hash = '{PasswordHash.Create("a password of its own")}'");
}
