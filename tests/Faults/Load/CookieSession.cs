using System.Net;
using System.Net.Http.Json;

namespace GoCart.Faults.Load;

/// <summary>A browser's session: signs in and refreshes, and keeps every refresh token it ever had.</summary>
internal sealed class CookieSession
{
    private readonly Shop _shop;

    private CookieSession(Shop shop, string cookie)
    {
        _shop = shop;
        Cookie = cookie;
    }

    /// <summary>The refresh token it has now.</summary>
    public string Cookie { get; private set; }

    /// <exception cref="HttpRequestException">Users is away.</exception>
    public static async Task<CookieSession> BeginAsync(Shop shop)
    {
        using var response = await shop.Http.PostAsJsonAsync(
            "/api/login", new { email = shop.Regulars[0].Email, password = Customer.Password });
        response.EnsureSuccessStatusCode();
        return new CookieSession(shop, CookieOf(response) ?? throw new InvalidOperationException("No cookie came with the sign-in."));
    }

    /// <summary>Refreshes with the token it has, or with one it had before, and takes the new one if there is one.</summary>
    /// <exception cref="HttpRequestException">Users is away.</exception>
    public async Task<HttpStatusCode> RefreshAsync(string? cookie = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/refresh", UriKind.Relative))
        {
            Content = new ByteArrayContent([]),
            Headers = { { "Cookie", cookie ?? Cookie } },
        };
        using var response = await _shop.Http.SendAsync(request);
        if (response.IsSuccessStatusCode && CookieOf(response) is { } renewed)
            Cookie = renewed;
        return response.StatusCode;
    }

    private static string? CookieOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Set-Cookie", out var values) ? values.First().Split(';')[0] : null;
}
