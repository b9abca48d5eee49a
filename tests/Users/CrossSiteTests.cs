using System.Net;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Users;

public sealed class CrossSiteTests(UsersFixture users) : IClassFixture<UsersFixture>
{
    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Origin", "HOST.evil.example")]
    [InlineData("Origin", "http://evil.example/HOST")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "Cross-Site")]
    public async Task A_page_of_another_site_neither_renews_nor_ends_a_session(string header, string value)
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();
        value = value.Replace("HOST", $"http://{users.Service.Address.Authority}", StringComparison.Ordinal);

        using var refreshed = await client.RefreshAsync(session.RefreshToken, (header, value));
        using var revoked = await client.RevokeAsync(session.RefreshToken, (header, value));

        await refreshed.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await revoked.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        using var own = await client.RefreshAsync(session.RefreshToken);
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
    }

    [Theory]
    [InlineData("Origin", "HOST")]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("Sec-Fetch-Site", "none")]
    public async Task A_page_of_the_store_renews_a_session(string header, string value)
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();
        value = value.Replace("HOST", $"http://{users.Service.Address.Authority}", StringComparison.Ordinal);

        using var response = await client.RefreshAsync(session.RefreshToken, (header, value));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("https://shop.example", HttpStatusCode.OK)]
    [InlineData("https://SHOP.example", HttpStatusCode.OK)]
    [InlineData("https://shop.example:8443", HttpStatusCode.Forbidden)]
    [InlineData("https://evil.example", HttpStatusCode.Forbidden)]
    public async Task Behind_the_gateway_the_host_that_the_browser_used_counts(string origin, HttpStatusCode expected)
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();

        using var response = await client.RefreshAsync(
            session.RefreshToken, ("Origin", origin), ("X-Forwarded-Host", "shop.example"));

        Assert.Equal(expected, response.StatusCode);
    }
}
