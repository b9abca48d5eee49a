using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using GoCart.Contracts;
using GoCart.Contracts.Products;
using GoCart.Contracts.Users;

namespace GoCart.Faults.Load;

/// <summary>Who shops in a store and what is sold there: an administrator, customers, products.</summary>
internal sealed class Shop : IDisposable
{
    private const string AdminPassword = "admin123";
    private const int Customers = 48;
    private const int Products = 30;
    private const int PlentyOfStock = 1_000_000;

    /// <summary>Access tokens are good for an hour, and a round takes less than half of one.</summary>
    private static readonly TimeSpan SignInInterval = TimeSpan.FromMinutes(30);

    private readonly ConcurrentBag<Task> _unfinished = [];
    private readonly StoreClient _client;
    private readonly HttpClient _http;
    private readonly TokenMint _mint;
    private Customer? _admin;
    private TimeSpan _signedInAt;

    private Shop(Uri gateway, TokenMint mint, ClientLog log)
    {
        Log = log;
        _mint = mint;
        _client = new StoreClient(gateway, log);
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = false, UseProxy = false }) { BaseAddress = gateway };
    }

    public ClientLog Log { get; }

    /// <summary>For what no <see cref="Customer"/> does: cookies, forged tokens.</summary>
    public HttpClient Http => _http;

    public StoreClient Client => _client;

    /// <summary>Those of the load.</summary>
    public IReadOnlyList<Customer> Regulars { get; private set; } = [];

    /// <summary>Those of the load, in stock as long as the run lasts.</summary>
    public IReadOnlyList<ProductResponse> Assortment { get; private set; } = [];

    public Customer Admin => _admin ?? throw new InvalidOperationException("The shop is not open.");

    public static async Task<Shop> OpenAsync(Uri gateway, TokenMint mint, ClientLog log)
    {
        var shop = new Shop(gateway, mint, log);
        shop._admin = await shop.SignInAsync("admin@example.com", AdminPassword);
        shop.Regulars = await shop.RegisterAsync(Customers);
        shop._signedInAt = log.Now;
        shop.Assortment =
        [
            .. await Task.WhenAll(Enumerable.Range(1, Products).Select(number =>
                shop.CreateProductAsync($"Product {number}", 100 * number, PlentyOfStock))),
        ];
        return shop;
    }

    /// <summary>All anew, before their tokens expire.</summary>
    public async Task SignInAgainAsync()
    {
        if (Log.Now - _signedInAt < SignInInterval)
            return;

        var regulars = new List<Customer>(Customers);
        foreach (var customer in Regulars)
            regulars.Add(await SignInAsync(customer.Email, Customer.Password));
        Regulars = regulars;
        _admin = await SignInAsync(Admin.Email, AdminPassword);
        _signedInAt = Log.Now;
    }

    /// <summary>New customers, who have a token and no account: who orders needs none.</summary>
    public IReadOnlyList<Customer> Crowd(int count) =>
    [
        .. Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7())
            .Select(id => new Customer(_client, Log, id, $"{id:N}@example.com", _mint.Issue(id))),
    ];

    public async Task<ProductResponse> CreateProductAsync(string name, long priceCents, int stock)
    {
        var answer = await _client.SendAsync(
            Route.Browse, HttpMethod.Post, "/admin/products", Admin.Token, new { name, price_cents = priceCents, stock });
        return answer.Read<ProductResponse>();
    }

    public Task<Answer> ChangeProductAsync(Guid productId, object changes) =>
        _client.SendAsync(Route.Browse, HttpMethod.Patch, $"/admin/products/{productId}", Admin.Token, changes);

    public Task<Answer> DeleteProductAsync(Guid productId) =>
        _client.SendAsync(Route.Browse, HttpMethod.Delete, $"/admin/products/{productId}", Admin.Token);

    /// <summary>Something that customers still do, after everybody else has stopped looking at them.</summary>
    public void Await(Task task) => _unfinished.Add(task);

    /// <summary>Returns when they have done it.</summary>
    public Task AwaitCustomersAsync() => Task.WhenAll(_unfinished);

    public void Dispose()
    {
        _client.Dispose();
        _http.Dispose();
    }

    /// <summary>New customers, signed in.</summary>
    private async Task<IReadOnlyList<Customer>> RegisterAsync(int count)
    {
        var customers = new List<Customer>(count);
        // One by one: a password is hashed on purpose slowly, and more at once are turned away.
        for (var number = 0; number < count; number++)
        {
            var email = $"{Guid.NewGuid():N}@example.com";
            using var registered = await _http.PostAsJsonAsync("/api/users", new { email, password = Customer.Password });
            registered.EnsureSuccessStatusCode();
            customers.Add(await SignInAsync(email, Customer.Password));
        }

        return customers;
    }

    private async Task<Customer> SignInAsync(string email, string password)
    {
        using var response = await _http.PostAsJsonAsync("/api/login", new { email, password });
        response.EnsureSuccessStatusCode();
        var login = JsonSerializer.Deserialize<LoginResponse>(await response.Content.ReadAsStringAsync(), Json.Tolerant)
            ?? throw new InvalidOperationException("The sign-in was answered null.");
        return new Customer(_client, Log, login.User.Id, email, login.Token);
    }
}
