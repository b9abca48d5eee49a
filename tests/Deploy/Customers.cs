using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using GoCart.Contracts.Carts;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using GoCart.Contracts.Users;
using GoCart.Tests.Infrastructure;
using GoCart.Tests.Users;

namespace GoCart.Tests.Deploy;

/// <summary>
/// Customers, and an administrator, who use every route all the time, each request by another gateway of those that are open,
/// and to whom nothing may go wrong: no status but the one that is due, no lost connection.
/// </summary>
/// <param name="explain">What the services know of an answer that was not due.</param>
internal sealed class Customers(Func<string> explain, params Uri[] gateways) : IDisposable
{
    private const int Count = 4;
    private const int SomePrice = 1999;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<int, int> _rounds = new();
    private readonly List<ProductResponse> _products = [];
    private Task _shopping = Task.CompletedTask;
    private string _admin = "";
    private int _turn;

    /// <summary>How many requests they have made, all of them answered as was due.</summary>
    public int Requests => _turn;

    /// <summary>Those that take requests.</summary>
    public IReadOnlyList<Uri> Gateways { get; set; } = gateways;

    public async Task BeginAsync()
    {
        _admin = (await SendAsync<LoginResponse>(
            HttpMethod.Post, "/api/login", HttpStatusCode.OK, null, new { email = "admin@example.com", password = "admin123" })).Token;
        for (var product = 0; product < Count; product++)
            _products.Add(await CreateProductAsync());
        _shopping = Task.WhenAll(Enumerable.Range(0, Count).Select(ShopAsync));
    }

    /// <summary>Returns when each of them has come and bought so many times more.</summary>
    public async Task ComeAsync(int times)
    {
        var wanted = Enumerable.Range(0, Count).Select(customer => _rounds.GetValueOrDefault(customer) + times).ToArray();
        await Eventually.GetAsync(
            () => Task.FromResult(_shopping.IsCompleted || wanted.Index().All(each => _rounds.GetValueOrDefault(each.Index) >= each.Item)),
            isDone => isDone);
        // They go early only if something went wrong.
        if (_shopping.IsCompleted)
            await _shopping;
    }

    /// <summary>They finish what they are about, and go.</summary>
    public async Task LeaveAsync()
    {
        await _closing.CancelAsync();
        await _shopping;
    }

    public void Dispose()
    {
        _http.Dispose();
        _closing.Dispose();
    }

    private async Task ShopAsync(int customer)
    {
        var email = UsersClient.NewEmail();
        await SendAsync<UserResponse>(
            HttpMethod.Post, "/api/users", HttpStatusCode.Created, null, new { email, password = UsersClient.Password });
        var (token, refreshToken) = await SignInAsync(email);

        try
        {
            while (!_closing.IsCancellationRequested)
            {
                var round = _rounds.GetValueOrDefault(customer);
                await BuyAsync(token, customer, round);
                // A session is renewed thirty times a minute and no more.
                (token, refreshToken) = round % 20 == 19 ? await SignInAsync(email) : await RenewAsync(refreshToken);
                _rounds.AddOrUpdate(customer, 1, (_, rounds) => rounds + 1);
            }
        }
        finally
        {
            // One failure is enough: nobody goes on as if nothing had happened.
            await _closing.CancelAsync();
        }
    }

    /// <summary>Every other order is cancelled by the customer; the others are paid and shipped, and the administrator looks at what they left.</summary>
    private async Task BuyAsync(string token, int customer, int round)
    {
        await SendAsync<UserResponse>(HttpMethod.Get, "/api/me", HttpStatusCode.OK, token);
        await BrowseAsync();
        var product = _products[(customer + round) % _products.Count];
        var item = await SendAsync<CartItemResponse>(
            HttpMethod.Post, "/api/cart/items", HttpStatusCode.Created, token, new { product_id = product.Id, quantity = 1 });
        await SendAsync<CartItemResponse>(HttpMethod.Patch, $"/api/cart/items/{item.Id}", HttpStatusCode.OK, token, new { quantity = 2 });
        Assert.Single((await SendAsync<CartResponse>(HttpMethod.Get, "/api/cart", HttpStatusCode.OK, token)).Items);

        // The same key again: whichever release stored the answer, the other one gives it.
        (string, string)[] headers = [("Idempotency-Key", Guid.NewGuid().ToString()), ("Prefer", "wait=10")];
        var order = await SendAsync<OrderResponse>(HttpMethod.Post, "/api/orders", HttpStatusCode.Created, token, null, headers);
        var again = await SendAsync<OrderResponse>(HttpMethod.Post, "/api/orders", HttpStatusCode.Created, token, null, headers);
        Assert.Equal((order.Id, order.TotalCents), (again.Id, again.TotalCents));
        // A copy that is asked to end lets nobody wait any longer.
        await Eventually.GetAsync(
            async () => (await SendAsync<OrderResponse>(HttpMethod.Get, $"/api/orders/{order.Id}", HttpStatusCode.OK, token)).StockState,
            state => state == StockState.Reserved);

        if (round % 2 == 0)
        {
            await SendAsync<OrderResponse>(HttpMethod.Delete, $"/api/orders/{order.Id}", HttpStatusCode.OK, token);
            return;
        }
        await SendAsync<OrderResponse>(HttpMethod.Patch, $"/admin/orders/{order.Id}", HttpStatusCode.OK, _admin, new { status = "paid" });
        await SendAsync<OrderResponse>(HttpMethod.Patch, $"/admin/orders/{order.Id}", HttpStatusCode.OK, _admin, new { status = "shipped" });
        var timeline = await SendAsync<OrderTimeline>(
            HttpMethod.Get, $"/admin/orders/{order.Id}/timeline", HttpStatusCode.OK, _admin);
        Assert.Empty(timeline.Missing);
        await SendAsync<ProductResponse>(
            HttpMethod.Patch, $"/admin/products/{product.Id}", HttpStatusCode.OK, _admin, new { stock = 1_000_000 });
    }

    /// <summary>Through two pages: the cursor of one release is read by the other.</summary>
    private async Task BrowseAsync()
    {
        using var first = await SendAsync(HttpMethod.Get, "/api/products?limit=2", HttpStatusCode.OK, null);
        var next = Assert.Single(first.Headers.GetValues("Link"));
        await SendAsync<List<ProductResponse>>(
            HttpMethod.Get, next[(next.IndexOf('<', StringComparison.Ordinal) + 1)..next.IndexOf('>', StringComparison.Ordinal)],
            HttpStatusCode.OK, null);
        await SendAsync<ProductResponse>(HttpMethod.Get, $"/api/products/{_products[0].Id}", HttpStatusCode.OK, null);
    }

    private Task<ProductResponse> CreateProductAsync() => SendAsync<ProductResponse>(
        HttpMethod.Post, "/admin/products", HttpStatusCode.Created, _admin,
        new { name = $"Product {Guid.NewGuid():N}", price_cents = SomePrice, stock = 1_000_000 });

    private async Task<T> SendAsync<T>(
        HttpMethod method, string path, HttpStatusCode expected, string? token, object? body = null, params (string Name, string Value)[] headers)
    {
        using var answer = await SendAsync(method, path, expected, token, body, headers);
        return await answer.ReadAsync<T>(expected);
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpStatusCode expected, string? token, object? body = null, params (string Name, string Value)[] headers)
    {
        var gateways = Gateways;
        var gateway = gateways[(int)((uint)Interlocked.Increment(ref _turn) % gateways.Count)];
        using var request = new HttpRequestMessage(method, new Uri(gateway, path));
        if (body is not null)
            request.Content = JsonContent.Create(body);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);

        var answer = await _http.SendAsync(request);
        if (answer.StatusCode != expected)
        {
            var problem = await answer.Content.ReadAsStringAsync();
            Assert.Fail($"{method} {path}: {(int)expected} was due, but it is {(int)answer.StatusCode}: {problem}\n{explain()}");
        }
        return answer;
    }

    private async Task<(string Access, string Refresh)> SignInAsync(string email)
    {
        using var answer = await SendAsync(
            HttpMethod.Post, "/api/login", HttpStatusCode.OK, null, new { email, password = UsersClient.Password });
        return await TokensAsync(answer);
    }

    private async Task<(string Access, string Refresh)> RenewAsync(string refreshToken)
    {
        using var answer = await SendAsync(
            HttpMethod.Post, "/api/refresh", HttpStatusCode.OK, null, headers: ("Cookie", $"refresh_token={refreshToken}"));
        return await TokensAsync(answer);
    }

    private static async Task<(string Access, string Refresh)> TokensAsync(HttpResponseMessage answer) =>
        ((await answer.ReadAsync<TokenResponse>()).Token, UsersClient.RefreshTokenOf(answer)!); // the status says that it came
}
