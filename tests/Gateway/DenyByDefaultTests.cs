using System.Net;
using GoCart.BuildingBlocks.Auth;
using GoCart.Contracts.Carts;
using GoCart.Contracts.Orders;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

/// <summary>Every route of the gateway and of every service says who may use it, and holds to it.</summary>
[Collection(GatewayStore.Name)]
public sealed class DenyByDefaultTests(StoreFixture store)
{
    /// <summary>All that works without a token. A new line here is a decision.</summary>
    private static readonly HashSet<string> Anonymous =
    [
        "/alive", "/health", "/openapi/v1.json", "/openapi/{documentName}.json",
        "/api/users", "/api/login", "/api/refresh", "/api/revoke", "/api/products", "/api/products/{id}",
        "/.well-known/jwks.json", "/internal/revoked-sessions",
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private IEnumerable<RunningService> Processes => [store.Gateway, store.Users, store.Products, store.Carts, store.Orders];

    private static bool IsForStaff(Endpoint endpoint) => endpoint.Policies.Any(policy => Policies.Staff.ContainsKey(policy ?? ""));

    private List<Endpoint> Everything => [.. Processes.SelectMany(Endpoint.Of)];

    [Fact]
    public void Every_route_names_a_policy_or_is_anonymous_on_purpose()
    {
        Assert.All(Everything, endpoint => Assert.True(
            endpoint.IsAnonymous ? Anonymous.Contains(endpoint.Path) : endpoint.Policies.Count > 0, $"{endpoint}"));
        Assert.True(Everything.Count > 60, "Hardly any routes were found.");
    }

    [Fact]
    public void Routes_for_staff_and_no_others_ask_for_one()
    {
        Assert.All(Everything, endpoint => Assert.Equal(
            endpoint.Path.StartsWith("/admin", StringComparison.Ordinal), IsForStaff(endpoint)));
    }

    [Fact]
    public async Task Without_a_token_only_anonymous_routes_answer()
    {
        foreach (var endpoint in Everything.Where(endpoint => !endpoint.IsAnonymous))
        {
            using var client = endpoint.Service.CreateClient();
            using var response = await client.SendAsync(endpoint.Request(), Cancelled);
            Assert.True(response.StatusCode == HttpStatusCode.Unauthorized, $"{endpoint}: {response.StatusCode}");
            Assert.NotEmpty(response.Headers.WwwAuthenticate);
        }
    }

    [Fact]
    public async Task A_customer_is_forbidden_what_is_for_staff_and_nothing_else()
    {
        var customer = await store.Clients.CustomerAsync();
        foreach (var endpoint in Everything.Where(endpoint => !endpoint.IsAnonymous))
        {
            var status = await SendAsync(endpoint, customer);
            Assert.True(
                status == HttpStatusCode.Forbidden == IsForStaff(endpoint), $"{endpoint}: {status}");
            Assert.NotEqual(HttpStatusCode.Unauthorized, status);
        }
    }

    [Fact]
    public async Task An_administrator_is_let_in_everywhere()
    {
        var admin = await store.Clients.AdminAsync();
        foreach (var endpoint in Everything.Where(endpoint => !endpoint.IsAnonymous))
        {
            var status = await SendAsync(endpoint, admin);
            Assert.True(status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) && (int)status < 500, $"{endpoint}: {status}");
        }
    }

    [Fact]
    public async Task Nobody_reaches_what_is_somebody_elses_through_the_gateway_or_past_it()
    {
        var product = await store.CreateProductAsync();
        var owner = await store.Clients.CustomerAsync();
        var item = await AddToCartAsync(owner, product.Id);
        using var placed = await owner.Http.PostAsync(new Uri("/api/orders", UriKind.Relative), null, Cancelled);
        var order = await placed.ReadAsync<OrderResponse>(HttpStatusCode.Created);
        item = await AddToCartAsync(owner, product.Id);

        var stranger = await store.Clients.CustomerAsync();
        foreach (var at in (RunningService[])[store.Gateway, store.Orders])
        {
            await AssertNotFoundAsync(stranger, at, HttpMethod.Get, $"/api/orders/{order.Id}", "order_not_found");
            await AssertNotFoundAsync(stranger, at, HttpMethod.Delete, $"/api/orders/{order.Id}", "order_not_found");
        }
        foreach (var at in (RunningService[])[store.Gateway, store.Carts])
        {
            await AssertNotFoundAsync(stranger, at, HttpMethod.Patch, $"/api/cart/items/{item.Id}", "cart_item_not_found");
            await AssertNotFoundAsync(stranger, at, HttpMethod.Delete, $"/api/cart/items/{item.Id}", "cart_item_not_found");
        }

        var cart = await owner.Http.GetFromJsonAsync<CartResponse>("/api/cart", Contracts.Json.Tolerant, Cancelled);
        Assert.Equal(1, Assert.Single(cart!.Items).Quantity);
        var unchanged = await owner.Http.GetFromJsonAsync<OrderResponse>($"/api/orders/{order.Id}", Contracts.Json.Tolerant, Cancelled);
        Assert.NotEqual(OrderStatus.Cancelled, unchanged!.Status);
    }

    private static async Task<CartItemResponse> AddToCartAsync(StoreUser customer, Guid productId)
    {
        using var added = await customer.Http.PostAsJsonAsync(
            "/api/cart/items", new { product_id = productId, quantity = 1 }, Cancelled);
        return await added.ReadAsync<CartItemResponse>(HttpStatusCode.Created);
    }

    private static async Task AssertNotFoundAsync(StoreUser user, RunningService at, HttpMethod method, string path, string code)
    {
        using var request = new HttpRequestMessage(method, new Uri(at.Address, path));
        request.Headers.Authorization = new("Bearer", user.AccessToken);
        if (method == HttpMethod.Patch)
            request.Content = JsonContent.Create(new { quantity = 7 });
        using var client = at.CreateClient();
        using var response = await client.SendAsync(request, Cancelled);
        await response.AssertProblemAsync(HttpStatusCode.NotFound, code);
    }

    private static async Task<HttpStatusCode> SendAsync(Endpoint endpoint, StoreUser user)
    {
        using var client = endpoint.Service.CreateClient();
        using var request = endpoint.Request();
        request.Headers.Authorization = new("Bearer", user.AccessToken);
        using var response = await client.SendAsync(request, Cancelled);
        return response.StatusCode;
    }
}
