using System.Net;
using GoCart.Contracts.Users;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Users;

public sealed class OwnAccountTests(UsersFixture users) : IClassFixture<UsersFixture>
{
    private const string NewPassword = "a better horse battery staple";

    [Fact]
    public async Task Another_password_needs_the_old_one_and_ends_every_other_session()
    {
        using var client = users.CreateClient();
        var here = await client.SignInNewCustomerAsync();
        using var elsewhere = await client.LogInAsync(here.User.Email);
        var otherToken = UsersClient.RefreshTokenOf(elsewhere);

        using var changed = await client.SendAsync(here, HttpMethod.Post, "/api/me/password", new { old_password = UsersClient.Password, new_password = NewPassword });

        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);
        using var oldPassword = await client.LogInAsync(here.User.Email);
        await oldPassword.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        using var newPassword = await client.LogInAsync(here.User.Email, NewPassword);
        Assert.Equal(HttpStatusCode.OK, newPassword.StatusCode);
        using var ended = await client.RefreshAsync(otherToken);
        await ended.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_refresh_token");
        using var goesOn = await client.RefreshAsync(here.RefreshToken);
        Assert.Equal(HttpStatusCode.OK, goesOn.StatusCode);
    }

    [Fact]
    public async Task A_wrong_old_password_changes_nothing_and_counts_like_a_failed_sign_in()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();
        for (var i = 0; i < 5; i++)
        {
            using var wrong = await client.SendAsync(session, HttpMethod.Post, "/api/me/password", new { old_password = $"wrong {i}", new_password = NewPassword });
            await wrong.AssertProblemAsync(HttpStatusCode.Forbidden, "wrong_password");
        }

        using var closed = await client.SendAsync(session, HttpMethod.Post, "/api/me/password", new { old_password = UsersClient.Password, new_password = NewPassword });
        await closed.AssertProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.NotNull(closed.Headers.RetryAfter);

        users.Clock.Advance(TimeSpan.FromSeconds(2));
        using var old = await client.LogInAsync(session.User.Email);
        Assert.Equal(HttpStatusCode.OK, old.StatusCode);
    }

    [Theory]
    [InlineData("""{"old_password": "password123"}""")]
    [InlineData("""{"old_password": "password123", "new_password": "short"}""")]
    [InlineData("""{"old_password": "", "new_password": "long enough"}""")]
    [InlineData("""{"old_password": null, "new_password": "long enough"}""")]
    public async Task A_new_password_keeps_the_rules_of_registration(string body)
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();
        using var request = UsersClient.RequestOf(session, HttpMethod.Post, "/api/me/password");
        request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var response = await client.Http.SendAsync(request);

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task A_sign_in_with_the_old_password_that_is_under_way_while_it_is_changed_gives_no_session()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();
        var another = NewPassword;

        // Sign-ins that read the account before the change, and want to store their session after it.
        var signIns = Enumerable.Range(0, 12).Select(_ => client.LogInAsync(session.User.Email)).ToList();
        using var changed = await client.SendAsync(session, HttpMethod.Post, "/api/me/password", new { old_password = UsersClient.Password, new_password = another });
        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);

        foreach (var signIn in signIns)
        {
            using var answer = await signIn;
            if (answer.StatusCode != HttpStatusCode.OK)
                continue;

            using var refreshed = await client.RefreshAsync(UsersClient.RefreshTokenOf(answer));
            Assert.Equal(HttpStatusCode.Unauthorized, refreshed.StatusCode);
        }
        Assert.True(Assert.Single(await SessionsAsync(client, session)).IsCurrent);
    }

    [Fact]
    public async Task One_sees_where_one_is_signed_in_and_ends_one_session_or_all_others()
    {
        using var client = users.CreateClient();
        var here = await client.SignInNewCustomerAsync();
        for (var i = 0; i < 3; i++)
        {
            // Ids sort by the millisecond.
            users.Clock.Advance(TimeSpan.FromMilliseconds(1));
            using var login = await client.LogInAsync(here.User.Email);
            Assert.Equal(HttpStatusCode.OK, login.StatusCode);
        }

        var sessions = await SessionsAsync(client, here);
        Assert.Equal(4, sessions.Count);
        Assert.True(sessions[^1].IsCurrent);
        Assert.All(sessions, session => Assert.Equal("127.0.0.1", session.Address));

        using var one = await client.SendAsync(here, HttpMethod.Delete, $"/api/me/sessions/{sessions[0].Id}");
        using var again = await client.SendAsync(here, HttpMethod.Delete, $"/api/me/sessions/{sessions[0].Id}");
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (one.StatusCode, again.StatusCode));
        Assert.Equal(3, (await SessionsAsync(client, here)).Count);

        using var others = await client.SendAsync(here, HttpMethod.Delete, "/api/me/sessions");
        Assert.Equal(HttpStatusCode.NoContent, others.StatusCode);
        Assert.True(Assert.Single(await SessionsAsync(client, here)).IsCurrent);
    }

    [Fact]
    public async Task A_session_of_somebody_else_an_unknown_one_and_no_id_are_not_found()
    {
        using var client = users.CreateClient();
        var (owner, stranger) = (await client.SignInNewCustomerAsync(), await client.SignInNewCustomerAsync());
        var session = Assert.Single(await SessionsAsync(client, owner));

        foreach (var id in (string[])[$"{session.Id}", $"{Guid.NewGuid()}", "1"])
        {
            using var response = await client.SendAsync(stranger, HttpMethod.Delete, $"/api/me/sessions/{id}");
            await response.AssertProblemAsync(HttpStatusCode.NotFound, "session_not_found");
        }
        Assert.Single(await SessionsAsync(client, owner));
    }

    [Fact]
    public async Task Sessions_come_in_pages()
    {
        using var client = users.CreateClient();
        var here = await client.SignInNewCustomerAsync();
        for (var i = 0; i < 2; i++)
        {
            using var login = await client.LogInAsync(here.User.Email);
            Assert.Equal(HttpStatusCode.OK, login.StatusCode);
        }

        using var first = await client.SendAsync(here, HttpMethod.Get, "/api/me/sessions?limit=2");
        var page = await first.ReadAsync<List<SessionResponse>>();
        var next = Assert.Single(first.Headers.GetValues("Link")).Split('>')[0][1..];
        using var second = await client.SendAsync(here, HttpMethod.Get, next);

        Assert.Equal(2, page.Count);
        Assert.DoesNotContain(Assert.Single(await second.ReadAsync<List<SessionResponse>>()), page);
    }

    private static async Task<List<SessionResponse>> SessionsAsync(UsersClient client, SignedIn session)
    {
        using var response = await client.SendAsync(session, HttpMethod.Get, "/api/me/sessions");
        return await response.ReadAsync<List<SessionResponse>>();
    }
}
