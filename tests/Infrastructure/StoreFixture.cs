using System.Security.Cryptography;
using GoCart.Contracts.Products;
using Npgsql;

namespace GoCart.Tests.Infrastructure;

/// <summary>
/// The whole store in the test process: gateway and services on real Kestrel, databases and a virtual host of their own.
/// For a class of tests; there is an administrator, and no product.
/// </summary>
public class StoreFixture(LocalServers servers) : IAsyncLifetime
{
    private static readonly string PagingKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private TestDatabases? _databases;
    private TestVirtualHost? _virtualHost;
    private StoreServices? _services;
    private StoreClients? _clients;

    public TestDatabases Databases => _databases ?? throw NotInitialized();

    public TestVirtualHost VirtualHost => _virtualHost ?? throw NotInitialized();

    public RunningService Gateway => Services.Gateway;

    public RunningService Users => Services.Users;

    public RunningService Products => Services.Products;

    public RunningService Carts => Services.Carts;

    public RunningService Orders => Services.Orders;

    /// <summary>Clients by role, all through the gateway.</summary>
    public StoreClients Clients => _clients ?? throw NotInitialized();

    protected LocalServers Servers => servers;

    private StoreServices Services => _services ?? throw NotInitialized();

    /// <summary>Further settings for every service; a fixture that needs another store overrides it.</summary>
    protected virtual IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>();

    /// <summary>A fixture that has to look into the services, gateway, users, products, carts and orders, overrides it.</summary>
    protected virtual void Configure(string service, IServiceCollection services)
    {
    }

    public virtual async ValueTask InitializeAsync()
    {
        _databases = await CreateDatabasesAsync();
        _virtualHost = await CreateVirtualHostAsync();
        _services = new StoreServices(_databases, _virtualHost, servers.Folder, PagingKey, Settings, Configure);
        _services.Start();
        _clients = new StoreClients(Gateway.Address);
        await _clients.WaitUntilReadyAsync();
    }

    /// <summary>A fixture whose databases are not all on the run's own server overrides it.</summary>
    protected virtual Task<TestDatabases> CreateDatabasesAsync() =>
        servers.CreateMigratedDatabasesAsync(TestContext.Current.CancellationToken);

    /// <summary>A fixture with another broker than the run's own overrides it.</summary>
    protected virtual Task<TestVirtualHost> CreateVirtualHostAsync() =>
        servers.CreateVirtualHostAsync(TestContext.Current.CancellationToken);

    /// <summary>Puts a new product on sale.</summary>
    public async Task<ProductResponse> CreateProductAsync(int stock = 100, long priceCents = 1999, string? name = null)
    {
        var admin = await Clients.AdminAsync();
        var request = new { name = name ?? $"Product {Guid.NewGuid():N}", price_cents = priceCents, stock };
        using var response = await admin.Http.PostAsJsonAsync("/admin/products", request);
        return await response.ReadAsync<ProductResponse>(System.Net.HttpStatusCode.Created);
    }

    /// <summary>Runs a statement as superuser and gives its first value: to look at what is stored, or to break it.</summary>
    public static async Task<T?> ScalarAsync<T>(TestDatabase database, string sql)
    {
        await using var connection = new NpgsqlConnection(database.Superuser);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is T value ? value : default;
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (_services is not null)
            await _services.DisposeAsync();
        if (_virtualHost is not null)
            await _virtualHost.DisposeAsync();
        if (_databases is not null)
            await _databases.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static InvalidOperationException NotInitialized() => new("The store has not been started.");
}
