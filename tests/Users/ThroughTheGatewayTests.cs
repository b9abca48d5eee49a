using System.Net;
using GoCart.Contracts.Users;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Users;

public sealed class ThroughTheGatewayTests(StoreFixture store) : IClassFixture<StoreFixture>
{
    [Fact]
    public async Task A_browser_signs_in_stays_signed_in_and_signs_out()
    {
        using var client = new UsersClient(store.Clients.Anonymous());
        var ownPage = ("Origin", $"http://{store.Gateway.Address.Authority}");
        var session = await client.SignInNewCustomerAsync();

        using var refreshed = await client.RefreshAsync(session.RefreshToken, ownPage, ("Sec-Fetch-Site", "same-origin"));
        var token = await refreshed.ReadAsync<TokenResponse>();
        using var me = await client.GetMeAsync(token.Token);
        using var revoked = await client.RevokeAsync(UsersClient.RefreshTokenOf(refreshed), ownPage);
        using var afterwards = await client.RefreshAsync(UsersClient.RefreshTokenOf(refreshed), ownPage);

        Assert.Equal(session.User, await me.ReadAsync<UserResponse>());
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        await afterwards.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_refresh_token");
        await Eventually.AssertAsync(async () =>
        {
            using var late = await client.GetMeAsync(token.Token);
            await late.AssertProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
        });
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task A_page_of_another_site_is_refused_whatever_host_it_claims(string header, string value)
    {
        using var client = new UsersClient(store.Clients.Anonymous());
        var session = await client.SignInNewCustomerAsync();

        using var response = await client.RefreshAsync(
            session.RefreshToken, (header, value), ("X-Forwarded-Host", "evil.example"));

        await response.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    [Theory]
    [InlineData("/.well-known/jwks.json")]
    [InlineData("/internal/revoked-sessions")]
    public async Task What_services_ask_each_other_is_not_for_the_public(string path)
    {
        using var http = store.Clients.Anonymous();

        using var response = await http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        await response.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
    }
}
