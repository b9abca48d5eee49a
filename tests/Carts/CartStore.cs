using System.Net;
using GoCart.Contracts.Carts;
using GoCart.Contracts.Products;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Carts;

/// <summary>A store whose products can be changed in one line.</summary>
public sealed class CartStore(LocalServers servers) : StoreFixture(servers)
{
    public Task<StoreUser> CustomerAsync() => Clients.CustomerAsync();

    public async Task<ProductResponse[]> CreateProductsAsync(int count)
    {
        var products = new ProductResponse[count];
        for (var i = 0; i < count; i++)
            products[i] = await CreateProductAsync();
        return products;
    }

    public Task SetPriceAsync(Guid productId, long priceCents) => ChangeAsync(productId, new { price_cents = priceCents });

    public Task SetStockAsync(Guid productId, int stock) => ChangeAsync(productId, new { stock });

    public async Task TakeOffSaleAsync(Guid productId)
    {
        var admin = await Clients.AdminAsync();
        using var response = await admin.Http.DeleteAsync(Product(productId));
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    private async Task ChangeAsync(Guid productId, object change)
    {
        var admin = await Clients.AdminAsync();
        using var response = await admin.Http.PatchAsJsonAsync(Product(productId), change);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static Uri Product(Guid id) => new($"/admin/products/{id}", UriKind.Relative);
}

/// <summary>The classes that share one such store, because none of them stops a part of it.</summary>
[CollectionDefinition(nameof(CartStoreCollection))]
public sealed class CartStoreCollection : ICollectionFixture<CartStore>;

/// <summary>What tests do to carts over and over.</summary>
internal static class CartSteps
{
    public static readonly Uri Cart = new("/api/cart", UriKind.Relative);
    public static readonly Uri Items = new("/api/cart/items", UriKind.Relative);

    public static Uri Item(object id) => new($"/api/cart/items/{id}", UriKind.Relative);

    public static Task<HttpResponseMessage> PostItemAsync(this StoreUser user, Guid productId, int quantity) =>
        user.Http.PostAsJsonAsync(Items, new { product_id = productId, quantity });

    public static async Task<CartItemResponse> AddAsync(this StoreUser user, Guid productId, int quantity = 1)
    {
        using var response = await user.PostItemAsync(productId, quantity);
        return await response.ReadAsync<CartItemResponse>(HttpStatusCode.Created);
    }

    public static Task<HttpResponseMessage> PatchItemAsync(this StoreUser user, object itemId, int quantity) =>
        user.Http.PatchAsJsonAsync(Item(itemId), new { quantity });

    public static async Task<CartResponse> GetCartAsync(this StoreUser user)
    {
        using var response = await user.Http.GetAsync(Cart);
        return await response.ReadAsync<CartResponse>();
    }

    /// <summary>Sends a request with a header that HttpClient would check, or has no shorthand for.</summary>
    public static Task<HttpResponseMessage> SendAsync(
        this StoreUser user, HttpMethod method, Uri uri, (string Name, string Value) header, object? body = null)
    {
        var request = new HttpRequestMessage(method, uri) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        return user.Http.SendAsync(request);
    }
}
