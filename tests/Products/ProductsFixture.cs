extern alias ProductsService;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using GoCart.AppHost.Local;
using GoCart.BuildingBlocks.Auth;
using GoCart.Contracts.Products;
using GoCart.Tests.Infrastructure;
using Npgsql;

namespace GoCart.Tests.Products;

/// <summary>The products service alone, with a database and a virtual host of its own and no product in it.</summary>
public class ProductsFixture(LocalServers servers) : IAsyncLifetime
{
    private readonly TestTokens _tokens = new();
    private TestDatabases? _databases;
    private TestVirtualHost? _virtualHost;
    private RunningService? _service;
    private NpgsqlDataSource? _superuser;
    private OrdersSide? _orders;

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public Guid AdminId { get; } = Guid.CreateVersion7();

    public TestDatabase Database => (_databases ?? throw NotInitialized()).Products;

    public TestVirtualHost VirtualHost => _virtualHost ?? throw NotInitialized();

    public RunningService Service => _service ?? throw NotInitialized();

    /// <summary>Looks at what is stored, and breaks it.</summary>
    public NpgsqlDataSource Superuser => _superuser ?? throw NotInitialized();

    /// <summary>The service's own connections, with its own role.</summary>
    public NpgsqlDataSource ServiceRole => Service.Services.GetRequiredService<NpgsqlDataSource>();

    /// <summary>Sends the events of the orders service, and gets the answers.</summary>
    public OrdersSide Orders => _orders ?? throw NotInitialized();

    public HttpClient Anonymous() => Service.CreateClient();

    public HttpClient Customer() => SignedIn(Guid.CreateVersion7(), Roles.Customer);

    public HttpClient Admin() => SignedIn(AdminId, Roles.Admin);

    public virtual async ValueTask InitializeAsync()
    {
        _databases = await servers.CreateMigratedDatabasesAsync(Cancelled);
        _virtualHost = await servers.CreateVirtualHostAsync(Cancelled);
        _superuser = NpgsqlDataSource.Create(Database.Superuser);
        _orders = await OrdersSide.ConnectAsync(VirtualHost, Cancelled);

        _service = new RunningService<ProductsService::Program>(
            Ports.Free(),
            new Dictionary<string, string?>
            {
                ["ConnectionStrings:Database"] = Database.Service,
                ["ConnectionStrings:Broker"] = VirtualHost.Products,
                ["Paging:Key"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
                ["Services:Users"] = "http://127.0.0.1:9",
            },
            services => services.AddSingleton<ITokenAuthority>(_tokens));
        _service.Start();
        await WaitUntilReadyAsync();
    }

    public async Task<ProductResponse> CreateProductAsync(
        int stock = 100, long priceCents = 1999, string? name = null, string? description = null, bool isActive = true)
    {
        using var admin = Admin();
        using var response = await admin.PostAsJsonAsync(
            "/admin/products",
            new { name = name ?? $"Product {Guid.NewGuid():N}", description, price_cents = priceCents, stock, is_active = isActive },
            Cancelled);
        return await response.ReadAsync<ProductResponse>(HttpStatusCode.Created);
    }

    /// <summary>Waits until all events that were sent are handled, and all answers have arrived.</summary>
    public Task SettleAsync() => Eventually.AssertAsync(async () =>
    {
        var sent = Orders.Sent.ToArray();
        Assert.Equal(sent.Length, await ScalarAsync<long>("select count(*) from inbox where message_id = any($1)", sent));
        Assert.Equal(0, await ScalarAsync<long>("select count(*) from outbox where sent_at is null"));
        Assert.InRange(Orders.Replies.Count, await ScalarAsync<long>("select count(*) from outbox"), long.MaxValue);
    });

    public Task<int> StockOfAsync(ProductResponse product) =>
        ScalarAsync<int>("select stock from products where id = $1", product.Id);

    public Task<string?> StateOfAsync(Guid orderId) =>
        ScalarAsync<string>("select state from order_stock where order_id = $1", orderId);

    /// <summary>Oldest first, each as "kind delta order", such as "initial 10".</summary>
    public async Task<string[]> LedgerOfAsync(ProductResponse product) =>
        await ScalarAsync<string[]>(
            "select array_agg(concat_ws(' ', kind, delta, order_id) order by id) from stock_ledger where product_id = $1",
            product.Id) ?? [];

    public async Task<T?> ScalarAsync<T>(string sql, params object[] parameters)
    {
        await using var command = Superuser.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return await command.ExecuteScalarAsync(Cancelled) is T value ? value : default;
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
        {
            await AssertNothingIsLeftAsync();
            await _service.DisposeAsync();
        }
        if (_orders is not null)
            await _orders.DisposeAsync();
        if (_superuser is not null)
            await _superuser.DisposeAsync();
        if (_virtualHost is not null)
            await _virtualHost.DisposeAsync();
        if (_databases is not null)
            await _databases.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private async Task WaitUntilReadyAsync()
    {
        using var http = Anonymous();
        await Eventually.AssertAsync(async () =>
        {
            using var health = await http.GetAsync(new Uri("/health", UriKind.Relative), Cancelled);
            Assert.True(health.IsSuccessStatusCode, await health.Content.ReadAsStringAsync(Cancelled));
        });
    }

    private async Task AssertNothingIsLeftAsync()
    {
        await SettleAsync();
        foreach (var queue in (string[])["products.order.created.dead", "products.order.cancelled.dead"])
            Assert.Equal(0u, await Orders.Channel.MessageCountAsync(queue, CancellationToken.None));
    }

    private HttpClient SignedIn(Guid userId, string role)
    {
        var http = Anonymous();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _tokens.Issue(userId, role));
        return http;
    }

    private static InvalidOperationException NotInitialized() => new("The service has not been started.");
}
