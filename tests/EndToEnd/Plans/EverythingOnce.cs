using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using GoCart.BuildingBlocks.Audit;
using GoCart.BuildingBlocks.Http;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using GoCart.Tests.Infrastructure;
using GoCart.Users.Sessions;

namespace GoCart.Tests.EndToEnd.Plans;

/// <summary>Whatever customers, staff and the services themselves do, once.</summary>
internal sealed class EverythingOnce(FilledStore store)
{
    private const string NewPassword = "another password";

    public async Task DoAsync()
    {
        var customer = await store.Clients.CustomerAsync();
        var admin = await store.Clients.AdminAsync();
        var products = await LookAtProductsAsync(admin.Http);
        await UseCartAsync(customer.Http, products);
        var order = await OrderAsync(customer.Http, products[0]);
        await AdministerOrdersAsync(admin.Http, customer, order);
        await AdministerAccountsAsync(admin, customer);
        await UseAccountAsync(customer);
        await CleanAsync();
    }

    private async Task<List<ProductResponse>> LookAtProductsAsync(HttpClient admin)
    {
        using var anybody = store.Clients.Anonymous();
        List<ProductResponse> products = [await store.CreateProductAsync(), await store.CreateProductAsync(), await store.CreateProductAsync()];
        foreach (var path in (string[])["/api/products", "/api/products?q=kettle", "/api/products?q=ketle"])
            await ReadPagesAsync(anybody, path);
        await SendAsync(anybody, "GET", $"/api/products?ids={products[0].Id},{products[1].Id}");
        await SendAsync(anybody, "GET", $"/api/products/{products[0].Id}");

        foreach (var path in (string[])["/admin/products", "/admin/products?include=inactive,deleted", "/admin/products?include=deleted&q=kettle"])
            await ReadPagesAsync(admin, path);
        await SendAsync(admin, "GET", $"/admin/products/{products[0].Id}");
        await SendAsync(admin, "PATCH", $"/admin/products/{products[1].Id}", new { stock = 50, price_cents = 500 });
        await ReadPagesAsync(admin, $"/admin/products/{products[1].Id}/stock?limit=1");
        await SendAsync(admin, "DELETE", $"/admin/products/{products[2].Id}");
        await SendAsync(admin, "POST", "/admin/products", new { name = "Kept", price_cents = 5, stock = 1 }, ("Idempotency-Key", $"{Guid.NewGuid()}"));
        return products;
    }

    private static async Task UseCartAsync(HttpClient customer, List<ProductResponse> products)
    {
        await AddAsync(customer, products[1]);
        var item = await AddAsync(customer, products[0]);
        await SendAsync(customer, "GET", "/api/cart");
        await SendAsync(customer, "PATCH", $"/api/cart/items/{item}", new { quantity = 2 });
        await SendAsync(customer, "DELETE", $"/api/cart/items/{item}");
        await SendAsync(customer, "DELETE", "/api/cart");
    }

    private static async Task<OrderResponse> OrderAsync(HttpClient customer, ProductResponse product)
    {
        await AddAsync(customer, product);
        var key = ("Idempotency-Key", $"{Guid.NewGuid()}");
        await SendAsync(customer, "POST", "/api/orders", null, key, ("Prefer", "wait=10"));
        await SendAsync(customer, "POST", "/api/orders", null, key, ("Prefer", "wait=10"));
        var cancelled = await PlaceAsync(customer, product);
        await SendAsync(customer, "DELETE", $"/api/orders/{cancelled.Id}");

        var order = await PlaceAsync(customer, product);
        await ReadPagesAsync(customer, "/api/orders?limit=1");
        await ReadPagesAsync(customer, "/api/orders?status=pending&limit=1");
        await SendAsync(customer, "GET", $"/api/orders/{order.Id}");
        return order;
    }

    private static async Task AdministerOrdersAsync(HttpClient admin, StoreUser customer, OrderResponse order)
    {
        foreach (var path in (string[])["/admin/orders", "/admin/orders?status=paid", $"/admin/orders?user_id={customer.Id}", $"/admin/orders?user_id={customer.Id}&status=pending"])
            await ReadPagesAsync(admin, path);
        await SendAsync(admin, "GET", $"/admin/orders/{order.Id}");
        await SendAsync(admin, "PATCH", $"/admin/orders/{order.Id}", new { status = "paid" });
        await SendAsync(admin, "PATCH", $"/admin/orders/{order.Id}", new { status = "cancelled" });
        await SendAsync(admin, "GET", $"/admin/orders/{order.Id}/timeline");
    }

    private static async Task AdministerAccountsAsync(StoreUser admin, StoreUser customer)
    {
        foreach (var path in (string[])["/admin/users", "/admin/users?email=old12", "/admin/audit-log", $"/admin/audit-log?actor={admin.Id}", $"/admin/audit-log?target={customer.Id}"])
            await ReadPagesAsync(admin.Http, path);
        await SendAsync(admin.Http, "GET", $"/admin/users/{customer.Id}");
    }

    private async Task UseAccountAsync(StoreUser customer)
    {
        await SendAsync(customer.Http, "GET", "/api/me");
        await SendAsync(customer.Http, "POST", "/api/me/password", new { old_password = StoreClients.Password, new_password = NewPassword });

        using var anybody = store.Clients.Anonymous();
        using var refused = await anybody.PostAsJsonAsync("/api/login", new { email = customer.Email, password = "not the password" });
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);

        await GuessUntilClosedAsync(anybody);

        var cookie = await SignInAsync(anybody, customer.Email);
        cookie = CookieOf(await SendAsync(anybody, "POST", "/api/refresh", null, ("Cookie", cookie)));
        await SendAsync(anybody, "POST", "/api/revoke", null, ("Cookie", cookie));

        await SignInAsync(anybody, customer.Email);
        var here = await store.Clients.SignInAsync(customer.Email, NewPassword);
        var sessions = await (await SendAsync(here.Http, "GET", "/api/me/sessions")).ReadAsync<List<JsonElement>>();
        var other = sessions.First(session => !session.GetProperty("is_current").GetBoolean()).GetProperty("id").GetGuid();
        await SendAsync(here.Http, "DELETE", $"/api/me/sessions/{other}");
        await SendAsync(here.Http, "DELETE", "/api/me/sessions");

        var admin = await store.Clients.AdminAsync();
        await SendAsync(here.Http, "DELETE", "/api/me", new { password = NewPassword });
        var staff = await store.Clients.StaffAsync("support");
        await SendAsync(admin.Http, "PATCH", $"/admin/users/{staff.Id}", new { disabled = true });
    }

    /// <summary>An account nobody has: what is counted is counted for it all the same.</summary>
    private static async Task GuessUntilClosedAsync(HttpClient anybody)
    {
        var email = $"{Guid.NewGuid():N}@example.com";
        var status = HttpStatusCode.Unauthorized;
        for (var i = 0; status == HttpStatusCode.Unauthorized && i < 10; i++)
        {
            using var refused = await anybody.PostAsJsonAsync("/api/login", new { email, password = "not the password" });
            status = refused.StatusCode;
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, status);
    }

    /// <summary>What the services do by themselves every few minutes.</summary>
    private async Task CleanAsync()
    {
        var workers = store.Processes.SelectMany(process => process.Services.GetServices<IHostedService>()).ToList();
        foreach (var cleaner in workers.OfType<MessageCleaner>())
            await cleaner.CleanAsync(default);
        foreach (var cleaner in workers.OfType<IdempotencyKeyCleaner>())
            await cleaner.CleanAsync(default);
        foreach (var cleaner in workers.OfType<AuditLogCleaner>())
            await cleaner.CleanAsync(default);
        await workers.OfType<SessionCleaner>().Single().CleanBatchAsync(default);
    }

    private static async Task<string> SignInAsync(HttpClient anybody, string email) =>
        CookieOf(await SendAsync(anybody, "POST", "/api/login", new { email, password = NewPassword }));

    private static string CookieOf(HttpResponseMessage answer) => answer.Headers.GetValues("Set-Cookie").First().Split(';')[0];

    private static async Task<Guid> AddAsync(HttpClient customer, ProductResponse product)
    {
        using var added = await SendAsync(customer, "POST", "/api/cart/items", new { product_id = product.Id, quantity = 1 });
        return (await added.ReadAsync<JsonElement>(HttpStatusCode.Created)).GetProperty("id").GetGuid();
    }

    private static async Task<OrderResponse> PlaceAsync(HttpClient customer, ProductResponse product)
    {
        await AddAsync(customer, product);
        using var placed = await SendAsync(customer, "POST", "/api/orders", null, ("Prefer", "wait=10"));
        return await placed.ReadAsync<OrderResponse>(HttpStatusCode.Created);
    }

    /// <summary>The first page, and the one after it.</summary>
    private static async Task ReadPagesAsync(HttpClient http, string path)
    {
        using var first = await SendAsync(http, "GET", path);
        if (first.Headers.TryGetValues("Link", out var links))
            await SendAsync(http, "GET", links.First().Split('<', '>')[1]);
    }

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient http, string method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        if (body is not null)
            request.Content = JsonContent.Create(body, body.GetType(), new MediaTypeHeaderValue("application/json"));
        var answer = await http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return answer;
    }
}
