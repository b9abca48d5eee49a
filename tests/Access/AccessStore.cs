using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using GoCart.Tests.Infrastructure;
using GoCart.Tests.Users;

namespace GoCart.Tests.Access;

/// <summary>A store with somebody in every column of <see cref="RoleMatrix"/>.</summary>
public sealed class AccessStore(LocalServers servers) : StoreFixture(servers)
{
    private readonly Dictionary<string, string?> _tokens = [];

    internal IReadOnlyList<RunningService> Processes => [Gateway, Users, Products, Carts, Orders];

    internal List<MappedRoute> Endpoints => [.. Processes.SelectMany(MappedRoute.Of)];

    /// <summary>The access token that a caller sends; null for nobody.</summary>
    internal string? TokenOf(string caller) => _tokens[caller];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _tokens["nobody"] = null;
        _tokens["customer"] = (await Clients.CustomerAsync()).AccessToken;
        _tokens["other customer"] = (await Clients.CustomerAsync()).AccessToken;
        _tokens["catalog"] = (await Clients.StaffAsync("catalog")).AccessToken;
        _tokens["support"] = (await Clients.StaffAsync("support")).AccessToken;
        var admin = await Clients.AdminAsync();
        _tokens["admin"] = admin.AccessToken;
        _tokens["expired admin"] = await ExpiredTokenAsync(admin);
        _tokens["logged-out admin"] = await LoggedOutTokenAsync(admin.Email);
    }

    /// <summary>Made with the store's own key: right in everything but its time.</summary>
    private async Task<string> ExpiredTokenAsync(StoreUser user)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(Path.Combine(Servers.Folder, "signing-keys.pem")));
        var header = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(user.AccessToken.Split('.')[0]));
        var forge = new TokenForge(key, $"{header!["kid"]}", TimeProvider.System.GetUtcNow().AddMinutes(-14), user.Id);
        forge.Claims["role"] = "admin";
        return forge.Sign();
    }

    private async Task<string> LoggedOutTokenAsync(string email)
    {
        using var http = Clients.Anonymous();
        using var login = await http.PostAsJsonAsync("/api/login", new { email, password = "admin123" });
        var token = (await login.ReadAsync<GoCart.Contracts.Users.LoginResponse>()).Token;

        using var logout = new HttpRequestMessage(HttpMethod.Post, "/api/revoke");
        logout.Headers.Add("Cookie", login.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        using var loggedOut = await http.SendAsync(logout);
        Assert.Equal(HttpStatusCode.NoContent, loggedOut.StatusCode);

        // Each process asks for ended sessions by itself.
        foreach (var probe in Endpoints.Where(endpoint => endpoint.Policies.Count > 0).DistinctBy(endpoint => endpoint.Service))
        {
            await Eventually.AssertAsync(
                async () => Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(probe, token)).Status),
                limit: TimeSpan.FromSeconds(10));
        }
        return token;
    }

    /// <summary>Sends a request to a route with an id that nobody has.</summary>
    internal static async Task<(HttpStatusCode Status, HttpResponseMessage Response)> SendAsync(MappedRoute endpoint, string? token)
    {
        using var client = endpoint.Service.CreateClient();
        using var request = endpoint.Request();
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, response);
    }
}

/// <summary>One store for all tests of who may do what.</summary>
[CollectionDefinition(nameof(AccessStores))]
public sealed class AccessStores : ICollectionFixture<AccessStore>;
