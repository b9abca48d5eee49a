using System.Net;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Users;

public sealed class RevokeSessionTests(UsersFixture users) : IClassFixture<UsersFixture>
{
    [Fact]
    public async Task Signing_out_ends_the_session_and_clears_the_cookie()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();

        using var response = await client.RevokeAsync(session.RefreshToken);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(
            "refresh_token=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/api; samesite=strict; httponly",
            UsersClient.SetCookieOf(response));
        using var refreshed = await client.RefreshAsync(session.RefreshToken);
        await refreshed.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_refresh_token");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("abc")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Signing_out_without_a_session_is_no_error(string? token)
    {
        using var client = users.CreateClient();

        using var response = await client.RevokeAsync(token);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Fact]
    public async Task Signing_out_twice_is_no_error()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();

        using var first = await client.RevokeAsync(session.RefreshToken);
        using var second = await client.RevokeAsync(session.RefreshToken);

        Assert.Equal(HttpStatusCode.NoContent, first.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, second.StatusCode);
    }

    [Fact]
    public async Task An_old_token_of_the_session_signs_out_too()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();
        using var refreshed = await client.RefreshAsync(session.RefreshToken);

        using var revoked = await client.RevokeAsync(session.RefreshToken);

        using var response = await client.RefreshAsync(UsersClient.RefreshTokenOf(refreshed));
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_refresh_token");
    }
}
