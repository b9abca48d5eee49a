using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using GoCart.Contracts.Users;
using GoCart.Tests.Infrastructure;
using GoCart.Tests.Users;

namespace GoCart.Tests.EndToEnd;

/// <summary>However a session ends, within 2 s its access token opens nothing any more: through the gateway, and at each service.</summary>
[Collection(MeasuresTime.Name)]
public sealed class EndedEverywhereTests(StoreFixture store) : IClassFixture<StoreFixture>
{
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData("sign out")]
    [InlineData("session ended")]
    [InlineData("password")]
    [InlineData("role")]
    [InlineData("disabled")]
    [InlineData("erased")]
    public async Task A_token_opens_nothing_2_seconds_after_its_session_has_ended(string end)
    {
        var product = await store.CreateProductAsync();
        var staff = await store.Clients.StaffAsync("admin");
        using var here = new UsersClient(store.Clients.Anonymous());
        using var login = await here.LogInAsync(staff.Email, StoreClients.Password);
        var token = (await login.ReadAsync<LoginResponse>()).Token;
        Uri[] everywhere =
        [
            .. from path in (string[])["/api/me", "/api/cart", "/api/orders", "/admin/orders", "/admin/users", $"/admin/products/{product.Id}/stock"]
               select new Uri(store.Gateway.Address, path),
            new(store.Users.Address, "/api/me"),
            new(store.Products.Address, $"/admin/products/{product.Id}/stock"),
            new(store.Carts.Address, "/api/cart"),
            new(store.Orders.Address, "/admin/orders"),
        ];
        await Eventually.AssertAsync(() => AssertEverywhereAsync(HttpStatusCode.OK));

        using var ended = await EndAsync(end, here, UsersClient.RefreshTokenOf(login), staff);

        var endedAt = Stopwatch.GetTimestamp();
        Assert.True(ended.IsSuccessStatusCode, await ended.Content.ReadAsStringAsync());
        await Eventually.AssertAsync(() => AssertEverywhereAsync(HttpStatusCode.Unauthorized));
        MeasuresTime.AssertWithin(Promise, endedAt);

        async Task AssertEverywhereAsync(HttpStatusCode expected)
        {
            using var http = store.Clients.Anonymous();
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            foreach (var address in everywhere)
            {
                using var answer = await http.GetAsync(address);
                Assert.True(expected == answer.StatusCode, $"{address}: {answer.StatusCode}");
            }
        }
    }

    /// <param name="here">Where the session is that ends.</param>
    /// <param name="elsewhere">Another session of the same person.</param>
    private async Task<HttpResponseMessage> EndAsync(string end, UsersClient here, string? refreshToken, StoreUser elsewhere)
    {
        var admin = (await store.Clients.AdminAsync()).Http;
        var account = new Uri($"/admin/users/{elsewhere.Id}", UriKind.Relative);
        return end switch
        {
            "sign out" => await here.RevokeAsync(refreshToken),
            "session ended" => await elsewhere.Http.DeleteAsync(new Uri("/api/me/sessions", UriKind.Relative)),
            "password" => await elsewhere.Http.PostAsJsonAsync(
                "/api/me/password", new { old_password = StoreClients.Password, new_password = "another password" }),
            "role" => await admin.PatchAsJsonAsync(account, new { role = "catalog" }),
            "disabled" => await admin.PatchAsJsonAsync(account, new { disabled = true }),
            "erased" => await elsewhere.Http.SendAsync(new HttpRequestMessage(HttpMethod.Delete, "/api/me")
            {
                Content = JsonContent.Create(new { password = StoreClients.Password }),
            }),
            _ => throw new ArgumentOutOfRangeException(nameof(end), end, "No session ends so."),
        };
    }
}
