using System.Net;
using GoCart.Contracts.Carts;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Orders;

/// <summary>What customers do, over HTTP.</summary>
internal static class Shopping
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task AddToCartAsync(this StoreUser customer, ProductResponse product, int quantity = 1)
    {
        using var response = await customer.Http.PostAsJsonAsync(
            "/api/cart/items", new { product_id = product.Id, quantity }, Cancelled);
        await response.ReadAsync<CartItemResponse>(HttpStatusCode.Created);
    }

    public static async Task<CartResponse> GetCartAsync(this StoreUser customer)
    {
        using var response = await customer.Http.GetAsync(new Uri("/api/cart", UriKind.Relative), Cancelled);
        return await response.ReadAsync<CartResponse>();
    }

    /// <summary>POST /api/orders.</summary>
    /// <param name="at">Another server than the gateway.</param>
    public static async Task<HttpResponseMessage> CheckOutAsync(
        this StoreUser customer, object? body = null, string? key = null, string? prefer = null, Uri? at = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, At(at, "/api/orders"));
        request.Content = body switch
        {
            null => null,
            string json => new StringContent(json, System.Text.Encoding.UTF8, "application/json"),
            _ => JsonContent.Create(body),
        };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        if (prefer is not null)
            request.Headers.TryAddWithoutValidation("Prefer", prefer);
        return await customer.Http.SendAsync(request, Cancelled);
    }

    /// <summary>Orders what is in the cart.</summary>
    public static async Task<OrderResponse> OrderAsync(this StoreUser customer, string? prefer = null, Uri? at = null)
    {
        using var response = await customer.CheckOutAsync(prefer: prefer, at: at);
        return await response.ReadAsync<OrderResponse>(HttpStatusCode.Created);
    }

    /// <summary>Orders some of a product, and has its stock.</summary>
    public static async Task<OrderResponse> OrderWithStockAsync(this StoreUser customer, ProductResponse product, int quantity = 1)
    {
        await customer.AddToCartAsync(product, quantity);
        var order = await customer.OrderAsync(prefer: "wait=10");
        Assert.Equal(StockState.Reserved, order.StockState);
        return order;
    }

    public static Task<HttpResponseMessage> GetOrderAsync(this StoreUser customer, Guid id, Uri? at = null) =>
        customer.Http.GetAsync(At(at, $"/api/orders/{id}"), Cancelled);

    public static async Task<OrderResponse> ReadOrderAsync(this StoreUser customer, Guid id)
    {
        using var response = await customer.GetOrderAsync(id);
        return await response.ReadAsync<OrderResponse>();
    }

    public static Task<HttpResponseMessage> CancelAsync(this StoreUser customer, Guid id, Uri? at = null) =>
        customer.Http.DeleteAsync(At(at, $"/api/orders/{id}"), Cancelled);

    /// <summary>PATCH /admin/orders/{id}.</summary>
    public static Task<HttpResponseMessage> SetStatusAsync(this StoreUser admin, Guid id, string status, Uri? at = null) =>
        admin.Http.PatchAsJsonAsync(At(at, $"/admin/orders/{id}"), new { status }, Cancelled);

    /// <summary>PATCH /admin/products/{id}.</summary>
    public static async Task ChangeProductAsync(this StoreUser admin, ProductResponse product, object change)
    {
        using var response = await admin.Http.PatchAsJsonAsync($"/admin/products/{product.Id}", change, Cancelled);
        await response.ReadAsync<ProductResponse>();
    }

    public static async Task<int> StockAsync(this StoreFixture store, ProductResponse product) =>
        await StoreFixture.ScalarAsync<int>(store.Databases.Products, $"select stock from products where id = '{product.Id}'");

    public static async Task<long> CountOrdersAsync(this StoreFixture store, StoreUser customer) =>
        await StoreFixture.ScalarAsync<long>(
            store.Databases.Orders, $"select count(*) from orders where user_id = '{customer.Id}'");

    /// <summary>Whether anything at all was stored for the customer: an order, an answer under a key.</summary>
    public static async Task AssertNothingStoredAsync(this StoreFixture store, StoreUser customer)
    {
        Assert.Equal(0, await store.CountOrdersAsync(customer));
        Assert.Equal(0, await StoreFixture.ScalarAsync<long>(
            store.Databases.Orders, $"select count(*) from idempotency_keys where user_id = '{customer.Id}'"));
        Assert.Equal(0, await StoreFixture.ScalarAsync<long>(
            store.Databases.Orders, $"select count(*) from outbox where body ->> 'user_id' = '{customer.Id}'"));
    }

    /// <summary>How often an event about this order was written down to be sent.</summary>
    public static async Task<long> CountEventsAsync(this StoreFixture store, Guid orderId, string type) =>
        await StoreFixture.ScalarAsync<long>(
            store.Databases.Orders, $"select count(*) from outbox where type = '{type}' and body ->> 'order_id' = '{orderId}'");

    private static Uri At(Uri? server, string path) =>
        server is null ? new Uri(path, UriKind.Relative) : new Uri(server, path);
}
