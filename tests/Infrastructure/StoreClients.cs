using System.Net;
using System.Net.Http.Headers;
using GoCart.Contracts.Users;

namespace GoCart.Tests.Infrastructure;

/// <summary>Somebody who speaks to the store.</summary>
/// <param name="Http">Sends the access token, follows no redirect, keeps no cookie.</param>
public sealed record StoreUser(HttpClient Http, Guid Id, string Email, string AccessToken);

/// <summary>Clients of one store by role, all through the gateway.</summary>
public sealed class StoreClients
{
    public const string Password = "password123";

    // Registering hashes a password, and users refuses more at once than its cores can do.
    private static readonly SemaphoreSlim Registering = new(2);

    private readonly Uri _gateway;
    private readonly Lazy<Task<StoreUser>> _admin;

    public StoreClients(Uri gateway)
    {
        _gateway = gateway;
        _admin = new(() => SignInAsync("admin@example.com", "admin123"));
    }

    public HttpClient Anonymous() =>
        new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = _gateway };

    /// <summary>A new customer, signed in.</summary>
    public async Task<StoreUser> CustomerAsync(string? email = null)
    {
        email ??= $"{Guid.NewGuid():N}@example.com";
        await Registering.WaitAsync();
        try
        {
            using var http = Anonymous();
            using var registered = await http.PostAsJsonAsync("/api/users", new { email, password = Password });
            Assert.Equal(HttpStatusCode.Created, registered.StatusCode);
            return await SignInAsync(email, Password);
        }
        finally
        {
            Registering.Release();
        }
    }

    /// <summary>The administrator, signed in once for all tests of the class.</summary>
    public Task<StoreUser> AdminAsync() => _admin.Value;

    /// <summary>Somebody new with that role, given by the administrator, and signed in with it.</summary>
    public async Task<StoreUser> StaffAsync(string role)
    {
        var customer = await CustomerAsync();
        var admin = await AdminAsync();
        using var changed = await admin.Http.PatchAsJsonAsync($"/admin/users/{customer.Id}", new { role });
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        return await SignInAsync(customer.Email, Password);
    }

    public async Task<StoreUser> SignInAsync(string email, string password)
    {
        var http = Anonymous();
        using var response = await http.PostAsJsonAsync("/api/login", new { email, password });
        var login = await response.ReadAsync<LoginResponse>(HttpStatusCode.OK);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", login.Token);
        return new(http, login.User.Id, email, login.Token);
    }

    internal async Task WaitUntilReadyAsync()
    {
        using var http = Anonymous();
        await Eventually.AssertAsync(async () =>
        {
            using var health = await http.GetAsync(new Uri("/health", UriKind.Relative));
            Assert.True(health.IsSuccessStatusCode, await health.Content.ReadAsStringAsync());
        });
    }
}
