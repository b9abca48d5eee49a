using System.Net;
using System.Text.Json;
using GoCart.Contracts.Carts;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using GoCart.Tests.Infrastructure;
using Npgsql;

namespace GoCart.Tests.BadInput;

/// <summary>
/// A store at rest, with something of everything: products, one of them deleted; a customer with two items in the cart, an order
/// that is pending, one that was shipped and one that was cancelled; a stranger with an item and an order.
/// </summary>
public sealed class BadInputStore(LocalServers servers) : StoreFixture(servers)
{
    /// <summary>Of users: what counts and records sign-ins, also those that were refused.</summary>
    private const string NotCompared = "'failed_sign_ins', 'sign_in_failures', 'audit_log'";

    private readonly Dictionary<string, string> _words = [];
    private string? _state;

    public StoreUser Customer { get; private set; } = null!; // set before any test

    public StoreUser Stranger { get; private set; } = null!; // set before any test

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Customer = await Clients.CustomerAsync();
        Stranger = await Clients.CustomerAsync();
        var product = await CreateProductAsync(stock: 500);
        var scarce = await CreateProductAsync(stock: 2);
        var deleted = await CreateProductAsync();
        var admin = await Clients.AdminAsync();
        using var gone = await admin.Http.DeleteAsync(new Uri($"/admin/products/{deleted.Id}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);

        var shipped = await OrderAsync(Customer, product, key: "used");
        await MoveAsync(admin, shipped, "paid", "shipped");
        var cancelled = await OrderAsync(Customer, product);
        await MoveAsync(admin, cancelled, "cancelled");
        var pending = await OrderAsync(Customer, product);
        var theirs = await OrderAsync(Stranger, product);

        _words["{product}"] = $"{product.Id}";
        _words["{scarce}"] = $"{scarce.Id}";
        _words["{deleted}"] = $"{deleted.Id}";
        _words["{order}"] = $"{pending.Id}";
        _words["{shipped}"] = $"{shipped.Id}";
        _words["{cancelled}"] = $"{cancelled.Id}";
        _words["{their order}"] = $"{theirs.Id}";
        _words["{item}"] = $"{(await AddAsync(Customer, product, 400)).Id}";
        _words["{their item}"] = $"{(await AddAsync(Stranger, product, 1)).Id}";
        // Of several accounts, because a few failures close one.
        _words["{email}"] = Customer.Email;
        _words["{their email}"] = Stranger.Email;
        _words["{third email}"] = (await Clients.CustomerAsync()).Email;
        _words["{user}"] = $"{Customer.Id}";
        _words["{session}"] = await SessionOfAsync(Customer);
        _words["{their session}"] = await SessionOfAsync(Stranger);
        _words["{nobody}"] = $"{Guid.NewGuid()}";
        await SettleAsync();
        _state = await ReadStateAsync();
    }

    /// <summary>Puts the store's own ids in the place of words such as <c>{order}</c>.</summary>
    public string Fill(string text) => _words.Aggregate(
        text, (filled, word) => filled.Replace(word.Key, word.Value, StringComparison.Ordinal));

    internal RunningService ServiceOf(BadRequest request) => request.Service switch
    {
        "products" => Products,
        "carts" => Carts,
        "orders" => Orders,
        _ => Users,
    };

    internal async Task<string?> TokenOfAsync(Sender sender) => sender switch
    {
        Sender.Customer => Customer.AccessToken,
        Sender.Admin => (await Clients.AdminAsync()).AccessToken,
        _ => null,
    };

    /// <summary>Fails if a row of any table is not what it was before.</summary>
    public async Task AssertNothingStoredAsync()
    {
        var before = _state;
        _state = await ReadStateAsync();
        Assert.Equal(before, _state);
    }

    private static async Task<CartItemResponse> AddAsync(StoreUser customer, ProductResponse product, int quantity)
    {
        using var added = await customer.Http.PostAsJsonAsync("/api/cart/items", new { product_id = product.Id, quantity });
        return await added.ReadAsync<CartItemResponse>(HttpStatusCode.Created);
    }

    private static async Task<OrderResponse> OrderAsync(StoreUser customer, ProductResponse product, string? key = null)
    {
        await AddAsync(customer, product, 1);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/orders");
        request.Headers.Add("Prefer", "wait=10");
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        using var placed = await customer.Http.SendAsync(request);
        return await placed.ReadAsync<OrderResponse>(HttpStatusCode.Created);
    }

    private static async Task<string> SessionOfAsync(StoreUser user)
    {
        using var sessions = await user.Http.GetAsync(new Uri("/api/me/sessions", UriKind.Relative));
        return $"{(await sessions.ReadAsync<List<JsonElement>>())[0].GetProperty("id")}";
    }

    private static async Task MoveAsync(StoreUser admin, OrderResponse order, params string[] statuses)
    {
        foreach (var status in statuses)
        {
            using var moved = await admin.Http.PatchAsJsonAsync($"/admin/orders/{order.Id}", new { status });
            Assert.Equal(HttpStatusCode.OK, moved.StatusCode);
        }
    }

    /// <summary>Every event has been sent and handled: whatever changes from now on, a request has changed.</summary>
    private Task SettleAsync() => Eventually.AssertAsync(async () =>
    {
        foreach (var database in (TestDatabase[])[Databases.Products, Databases.Carts, Databases.Orders])
            Assert.Equal(0, await ScalarAsync<long>(database, "select count(*) from outbox where sent_at is null"));
        Assert.Equal(4, await ScalarAsync<long>(Databases.Products, "select count(*) from order_stock"));
        Assert.Equal(4, await ScalarAsync<long>(Databases.Carts, "select count(*) from inbox"));
        Assert.Equal(0, await ScalarAsync<long>(Databases.Orders, "select count(*) from orders where stock_state = 'awaiting'"));
        Assert.Equal(1, await ScalarAsync<long>(Databases.Products, "select count(*) from order_stock where state = 'released'"));
    });

    private async Task<string> ReadStateAsync()
    {
        var databases = (TestDatabase[])[Databases.Users, Databases.Products, Databases.Carts, Databases.Orders];
        return string.Join('\n', await Task.WhenAll(databases.Select(
            database => ReadStateAsync(database, database == Databases.Users ? NotCompared : "''"))));
    }

    /// <summary>A line for each table: how many rows, and a hash over all of them.</summary>
    private static async Task<string> ReadStateAsync(TestDatabase database, string notCompared)
    {
        var statement = await ScalarAsync<string>(
            database,
            $"""
            select string_agg(format(
                $$select '%1$s: ' || count(*) || ' ' || coalesce(md5(string_agg(r::text, ',' order by r::text)), '') as line from %1$I r$$,
                table_name), ' union all ' order by table_name)
            from information_schema.tables
            where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not in ({notCompared})
            """) ?? throw new InvalidOperationException("The database has no tables.");
        await using var connection = new NpgsqlConnection(database.Superuser);
        var lines = await Dapper.SqlMapper.QueryAsync<string>(connection, statement);
        return string.Join('\n', lines);
    }
}
