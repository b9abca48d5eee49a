using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using GoCart.Bench.Store;

namespace GoCart.Bench.Shops;

/// <summary>What the peers are asked to do with their last units, at ours: 64 customers order one of ten at the same time.</summary>
internal static class LastUnits
{
    private const int Units = 10;

    /// <returns>How many have been sold, all of them with their stock set aside.</returns>
    public static async Task<int> SellAsync(BenchStore store, Assortment assortment)
    {
        List<int> customers = [.. Assortment.Buyers];
        await Assortment.FillCartsAsync(store, customers, items: 0);
        var product = await Administrator.CreateProductAsync(store.Gateway, Units);
        using var http = new HttpClient { BaseAddress = store.Gateway };
        foreach (var customer in customers)
        {
            using var added = await SendAsync(http, assortment.TokenOf(customer), "/api/cart/items", new { product_id = product, quantity = 1 });
            added.EnsureSuccessStatusCode();
        }
        var orders = await Task.WhenAll(customers.Select(customer => OrderAsync(http, assortment.TokenOf(customer))));
        return orders.Count(isReserved => isReserved);
    }

    private static async Task<bool> OrderAsync(HttpClient http, string token)
    {
        using var answer = await SendAsync(http, token, "/api/orders", body: null);
        if (!answer.IsSuccessStatusCode)
            return false;
        var order = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return order.GetProperty("stock_state").GetString() == "reserved";
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient http, string token, string path, object? body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("Prefer", "wait=10");
        return http.SendAsync(request);
    }
}
