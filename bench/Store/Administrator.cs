using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace GoCart.Bench.Store;

/// <summary>The administrator of a new store.</summary>
internal static class Administrator
{
    /// <returns>An access token.</returns>
    public static async Task<string> SignInAsync(Uri gateway)
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsJsonAsync(new Uri(gateway, "/api/login"), new { email = "admin@example.com", password = "admin123" });
        answer.EnsureSuccessStatusCode();
        var login = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return login.GetProperty("token").GetString() ?? throw new InvalidOperationException("The administrator got no token.");
    }

    /// <summary>A new product of which there are that many.</summary>
    public static async Task<Guid> CreateProductAsync(Uri gateway, int stock)
    {
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", await SignInAsync(gateway)) } };
        using var answer = await http.PostAsJsonAsync(new Uri(gateway, "/admin/products"), new { name = "One of the last", price_cents = 1999, stock });
        answer.EnsureSuccessStatusCode();
        var product = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return product.GetProperty("id").GetGuid();
    }
}
