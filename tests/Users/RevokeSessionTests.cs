using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
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

    [Fact]
    public async Task The_access_token_of_an_ended_session_is_refused_everywhere_within_2_seconds()
    {
        await using var other = await ServiceWithOneRoute.StartAsync(users.Service.Address);
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();
        var stays = await client.SignInNewCustomerAsync();
        using var http = new HttpClient { BaseAddress = other.Address };
        await Eventually.AssertAsync(async () =>
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/me", session.AccessToken)));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client.Http, "/api/me", session.AccessToken));

        using var revoked = await client.RevokeAsync(session.RefreshToken);

        var ended = Stopwatch.GetTimestamp();
        await Eventually.AssertAsync(
            async () =>
            {
                Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(http, "/me", session.AccessToken));
                Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client.Http, "/api/me", session.AccessToken));
            });
        Assert.InRange(Stopwatch.GetElapsedTime(ended), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/me", stays.AccessToken));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client.Http, "/api/me", stays.AccessToken));
    }

    [Fact]
    public async Task A_service_that_starts_later_knows_the_sessions_that_ended_before()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();
        using var revoked = await client.RevokeAsync(session.RefreshToken);

        await using var other = await ServiceWithOneRoute.StartAsync(users.Service.Address);
        using var http = new HttpClient { BaseAddress = other.Address };

        await Eventually.AssertAsync(
            async () => Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(http, "/me", session.AccessToken)));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string path, string accessToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }
}
