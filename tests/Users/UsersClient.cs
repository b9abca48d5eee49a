using System.Net;
using System.Net.Http.Headers;
using GoCart.Contracts.Users;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Users;

/// <summary>Speaks to users as a browser would, but shows its cookies.</summary>
public sealed class UsersClient(HttpClient http) : IDisposable
{
    public const string Password = "password123";

    public HttpClient Http => http;

    public static string NewEmail() => $"{Guid.NewGuid():N}@example.com";

    public Task<HttpResponseMessage> RegisterAsync(string email, string password = Password) =>
        http.PostAsJsonAsync("/api/users", new { email, password });

    /// <param name="address">Of the client, as the gateway would say it.</param>
    public async Task<HttpResponseMessage> LogInAsync(string email, string password = Password, string? address = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/login") { Content = JsonContent.Create(new { email, password }) };
        if (address is not null)
            request.Headers.Add("X-Forwarded-For", address);
        return await http.SendAsync(request);
    }

    /// <summary>A new customer who has just signed in.</summary>
    public async Task<SignedIn> SignInNewCustomerAsync()
    {
        var email = NewEmail();
        using var registered = await RegisterAsync(email);
        await registered.ReadAsync<UserResponse>(HttpStatusCode.Created);
        using var loggedIn = await LogInAsync(email);
        var login = await loggedIn.ReadAsync<LoginResponse>();
        return new(login.User, login.Token, RefreshTokenOf(loggedIn) ?? throw new InvalidOperationException("No cookie came."));
    }

    public Task<HttpResponseMessage> RefreshAsync(string? refreshToken, params (string Name, string Value)[] headers) =>
        PostAsync("/api/refresh", refreshToken, headers);

    public Task<HttpResponseMessage> RevokeAsync(string? refreshToken, params (string Name, string Value)[] headers) =>
        PostAsync("/api/revoke", refreshToken, headers);

    public async Task<HttpResponseMessage> GetMeAsync(string accessToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/me");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        return await http.SendAsync(request);
    }

    /// <summary>With the access token of that session.</summary>
    public async Task<HttpResponseMessage> SendAsync(SignedIn session, HttpMethod method, string path, object? body = null)
    {
        using var request = RequestOf(session, method, path);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        return await http.SendAsync(request);
    }

    public static HttpRequestMessage RequestOf(SignedIn session, HttpMethod method, string path) => new(method, path)
    {
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", session.AccessToken) },
    };

    /// <summary>The value of the cookie that came, or null.</summary>
    public static string? RefreshTokenOf(HttpResponseMessage response) =>
        SetCookieOf(response)?.Split(';')[0]["refresh_token=".Length..];

    public static string? SetCookieOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Set-Cookie", out var cookies) ? Assert.Single(cookies) : null;

    public void Dispose() => http.Dispose();

    private async Task<HttpResponseMessage> PostAsync(
        string path, string? refreshToken, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (refreshToken is not null)
            request.Headers.Add("Cookie", $"refresh_token={refreshToken}");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await http.SendAsync(request);
    }
}

public sealed record SignedIn(UserResponse User, string AccessToken, string RefreshToken);
