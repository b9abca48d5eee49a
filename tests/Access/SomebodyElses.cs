using System.Net;
using System.Text.Json;
using GoCart.Contracts.Carts;
using GoCart.Contracts.Orders;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Access;

/// <summary>A route that names a thing by its id, and such a thing that belongs to another customer.</summary>
/// <param name="Route">As mapped, with <c>{id}</c>.</param>
/// <param name="Code">What the refusal is to say.</param>
internal sealed record SomebodyElses(string Route, Guid Id, string Code)
{
    /// <summary>Of every kind of thing that customers own, one. A route of a new kind is a new line here.</summary>
    public static async Task<List<SomebodyElses>> CreateAsync(StoreFixture store)
    {
        var product = await store.CreateProductAsync();
        var owner = await store.Clients.CustomerAsync();
        await AddToCartAsync(owner, product.Id);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/orders");
        // Whether its stock was reserved is known then, and nothing but a request changes it any more.
        request.Headers.Add("Prefer", "wait=10");
        using var placed = await owner.Http.SendAsync(request);
        var order = await placed.ReadAsync<OrderResponse>(HttpStatusCode.Created);
        var item = await AddToCartAsync(owner, product.Id);

        using var sessions = await owner.Http.GetAsync(new Uri("/api/me/sessions", UriKind.Relative));
        var session = (await sessions.ReadAsync<List<JsonElement>>())[0].GetProperty("id").GetGuid();

        return
        [
            new("/api/me/sessions/{id}", session, "session_not_found"),
            new("/api/orders/{id}", order.Id, "order_not_found"),
            new("/api/cart/items/{id}", item.Id, "cart_item_not_found"),
            // For services, in the name of an administrator: to a customer there is no such route.
            new("/internal/orders/{id}/timeline", order.Id, "not_found"),
        ];
    }

    /// <summary>A request that would do something if the thing belonged to the sender.</summary>
    public static HttpRequestMessage Request(MappedRoute endpoint, string id, string token)
    {
        var path = endpoint.Path.Replace("{id}", id, StringComparison.Ordinal);
        // What the framework itself would miss on routes between services.
        var query = path.StartsWith("/internal", StringComparison.Ordinal) ? $"?cart_id={Guid.NewGuid()}&cart_version=1" : "";
        var request = new HttpRequestMessage(new HttpMethod(endpoint.Method), path + query);
        request.Headers.Authorization = new("Bearer", token);
        if (request.Method == HttpMethod.Patch)
            request.Content = JsonContent.Create(new { quantity = 7 });
        return request;
    }

    private static async Task<CartItemResponse> AddToCartAsync(StoreUser customer, Guid productId)
    {
        using var added = await customer.Http.PostAsJsonAsync("/api/cart/items", new { product_id = productId, quantity = 1 });
        return await added.ReadAsync<CartItemResponse>(HttpStatusCode.Created);
    }
}
