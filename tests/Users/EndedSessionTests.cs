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

    public static TheoryData<string> Ends => new("sign out", "session ended", "password", "role", "disabled");

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Whatever_ends_a_session_ends_it_at_both_copies_of_users_and_of_another_service_within_2_seconds(string end)
    {
        await using var secondCopy = users.Start(users.Clock);
        await using var other = await (await ServiceWithOneRoute.StartAsync(users.Service.Address)).WhenReadyAsync();
        await using var secondOther = await (await ServiceWithOneRoute.StartAsync(secondCopy.Address)).WhenReadyAsync();
        using var client = users.CreateClient();
        using var login = await client.LogInAsync("admin@example.com", "admin123");
        var admin = (await login.ReadAsync<GoCart.Contracts.Users.LoginResponse>()).Token;
        var session = await client.SignInNewCustomerAsync();
        using var elsewhere = await client.LogInAsync(session.User.Email);
        var asker = (await elsewhere.ReadAsync<GoCart.Contracts.Users.LoginResponse>()).Token;
        (Uri Address, string Path)[] everywhere =
            [(users.Service.Address, "/api/me"), (secondCopy.Address, "/api/me"), (other.Address, "/me"), (secondOther.Address, "/me")];
        await AssertEverywhereAsync(HttpStatusCode.OK);

        using var ended = end switch
        {
            "sign out" => await client.RevokeAsync(session.RefreshToken),
            "session ended" => await SendAsync(HttpMethod.Delete, "/api/me/sessions", asker),
            "password" => await SendAsync(
                HttpMethod.Post, "/api/me/password", asker, new { old_password = UsersClient.Password, new_password = "another password" }),
            "role" => await SendAsync(HttpMethod.Patch, $"/admin/users/{session.User.Id}", admin, new { role = "support" }),
            _ => await SendAsync(HttpMethod.Patch, $"/admin/users/{session.User.Id}", admin, new { disabled = true }),
        };

        var endedAt = Stopwatch.GetTimestamp();
        Assert.True(ended.IsSuccessStatusCode, await ended.Content.ReadAsStringAsync());
        await AssertEverywhereAsync(HttpStatusCode.Unauthorized);
        MeasuresTime.AssertWithin(TimeSpan.FromSeconds(2), endedAt);

        Task AssertEverywhereAsync(HttpStatusCode expected) => Eventually.AssertAsync(async () =>
        {
            foreach (var (address, path) in everywhere)
            {
                using var http = new HttpClient { BaseAddress = address };
                Assert.Equal(expected, await StatusAsync(http, path, session.AccessToken));
            }
        });

        async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string token, object? body = null)
        {
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            return await client.Http.SendAsync(request);
        }
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
