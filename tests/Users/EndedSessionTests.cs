using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Users;

[Collection(MeasuresTime.Name)]
public sealed class EndedSessionTests(UsersFixture users) : IClassFixture<UsersFixture>
{
    [Fact]
    public async Task The_access_token_of_an_ended_session_is_refused_everywhere_within_2_seconds()
    {
        await using var other = await (await ServiceWithOneRoute.StartAsync(users.Service.Address)).WhenReadyAsync();
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();
        var stays = await client.SignInNewCustomerAsync();
        using var http = new HttpClient { BaseAddress = other.Address };
        await Eventually.AssertAsync(async () =>
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/me", session.AccessToken)));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client.Http, "/api/me", session.AccessToken));

        using var revoked = await client.RevokeAsync(session.RefreshToken);

        var ended = Stopwatch.GetTimestamp();
        await Eventually.AssertAsync(async () =>
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(http, "/me", session.AccessToken));
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client.Http, "/api/me", session.AccessToken));
        });
        MeasuresTime.AssertWithin(TimeSpan.FromSeconds(2), ended);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/me", stays.AccessToken));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client.Http, "/api/me", stays.AccessToken));
    }

    [Fact]
    public async Task A_service_that_starts_later_knows_the_sessions_that_ended_before()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();
        using var revoked = await client.RevokeAsync(session.RefreshToken);

        await using var other = await (await ServiceWithOneRoute.StartAsync(users.Service.Address)).WhenReadyAsync();
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
