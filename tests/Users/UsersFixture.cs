extern alias UsersService;
using GoCart.AppHost.Local;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using GoCart.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using UsersService::GoCart.Users.Accounts;

namespace GoCart.Tests.Users;

/// <summary>The users service alone, on real Kestrel, with a database of its own and the development administrator in it.</summary>
public class UsersFixture(LocalServers servers) : IAsyncLifetime
{
    private TestDatabases? _databases;
    private RunningService? _service;

    /// <summary>Stands still until a test moves it.</summary>
    public TestClock Clock { get; } = new();

    public TestDatabase Database => (_databases ?? throw NotInitialized()).Users;

    public RunningService Service => _service ?? throw NotInitialized();

    public string SigningKeyFile { get; } = Path.Combine(servers.Folder, "users-signing-keys.pem");

    public async ValueTask InitializeAsync()
    {
        _databases = await servers.CreateDatabasesAsync(TestContext.Current.CancellationToken);
        await MigrateAsync(Database);
        _service = Start(Clock);
        using var http = _service.CreateClient();
        await Eventually.AssertAsync(async () =>
        {
            using var health = await http.GetAsync(new Uri("/health", UriKind.Relative));
            Assert.True(health.IsSuccessStatusCode, await health.Content.ReadAsStringAsync());
        });
    }

    /// <summary>Another copy of the service on the same database.</summary>
    public RunningService Start(
        TimeProvider clock, Action<IServiceCollection>? configure = null, Dictionary<string, string?>? settings = null)
    {
        var copy = new RunningService<UsersService::Program>(
            Ports.Free(),
            new Dictionary<string, string?>
            {
                ["ConnectionStrings:Database"] = Database.Service,
                ["Auth:SigningKeyFile"] = SigningKeyFile,
            }
            .Concat(settings ?? []).GroupBy(setting => setting.Key).ToDictionary(same => same.Key, same => same.Last().Value),
            services =>
            {
                services.AddSingleton(clock);
                configure?.Invoke(services);
            });
        copy.Start();
        return copy;
    }

    public UsersClient CreateClient() => new(Service.CreateClient());

    public static async Task MigrateAsync(TestDatabase database)
    {
        await using var owner = NpgsqlDataSource.Create(database.Owner);
        var migrations = MigrationSet.From("users", typeof(UsersService::Program).Assembly, "Migrations");
        await new Migrator(owner, "users", NullLogger.Instance).ApplyAsync([BuildingBlockMigrations.Audit, migrations], CancellationToken.None);
        await DevelopmentAdmin.SeedAsync(owner, TimeProvider.System, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
            await _service.DisposeAsync();
        if (_databases is not null)
            await _databases.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static InvalidOperationException NotInitialized() => new("The service has not been started.");
}
