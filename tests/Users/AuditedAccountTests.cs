using System.Net;
using GoCart.Contracts.Users;
using GoCart.Tests.Infrastructure;
using Npgsql;

namespace GoCart.Tests.Users;

/// <summary>What owners do with their accounts, or somebody in their place, and what the audit log says of it.</summary>
public sealed class AuditedAccountTests(UsersFixture users) : IClassFixture<UsersFixture>
{
    private const string NewPassword = "a better horse battery staple";

    [Fact]
    public async Task A_wrong_password_of_whoever_has_an_access_token_is_noted_with_the_account_as_actor()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();

        for (var i = 0; i < 4; i++)
        {
            using var wrong = await client.SendAsync(
                session, HttpMethod.Post, "/api/me/password", new { old_password = "wrong password", new_password = NewPassword });
            await wrong.AssertProblemAsync(HttpStatusCode.Forbidden, "wrong_password");
        }
        using var erased = await client.SendAsync(session, HttpMethod.Delete, "/api/me", new { password = "wrong password" });
        await erased.AssertProblemAsync(HttpStatusCode.Forbidden, "wrong_password");
        using var closed = await client.SendAsync(session, HttpMethod.Delete, "/api/me", new { password = UsersClient.Password });
        await closed.AssertProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");

        Assert.Equal(
            (string[])[.. Enumerable.Repeat($"sign_in.failed by {session.User.Id}", 5), $"sign_in.throttled by {session.User.Id}"],
            await NotedAsync(session, "sign_in.failed", "sign_in.throttled"));
    }

    [Fact]
    public async Task Whoever_goes_on_trying_what_is_closed_is_noted_once_for_each_closing()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();
        await TryAsync(times: 5);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => TryAsync(times: 2)));
        Assert.Equal(
            (string[])[.. Enumerable.Repeat("sign_in.failed by nobody", 5), "sign_in.throttled by nobody"],
            await NotedAsync(session, "sign_in.failed", "sign_in.throttled"));

        // Another guess, and the account is closed again.
        users.Clock.Advance(TimeSpan.FromSeconds(2));
        await TryAsync(times: 4);
        Assert.Equal(
            (string[])["sign_in.throttled by nobody", "sign_in.failed by nobody", "sign_in.throttled by nobody"],
            (await NotedAsync(session, "sign_in.failed", "sign_in.throttled"))[5..]);

        async Task TryAsync(int times)
        {
            for (var i = 0; i < times; i++)
            {
                using var response = await client.LogInAsync(session.User.Email, "wrong password");
                Assert.Contains(response.StatusCode, (HttpStatusCode[])[HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests]);
            }
        }
    }

    [Theory]
    [InlineData("POST", "/api/me/password", "delete from sign_in_failures")]
    [InlineData("DELETE", "/api/me", "insert into password_checks")]
    public async Task A_right_password_that_meets_an_account_closed_meanwhile_does_nothing_and_is_noted(
        string method, string path, string waitingFor)
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();
        for (var i = 0; i < 4; i++)
        {
            using var wrong = await client.LogInAsync(session.User.Email, "wrong password");
            await wrong.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        }
        await using var other = new NpgsqlConnection(users.Database.Superuser + ";Pooling=false");
        await other.OpenAsync();
        await using var tx = await other.BeginTransactionAsync();
        var now = users.Clock.GetUtcNow();
        // What a fifth guess writes, seen when it commits; the routes wait before or after their first look at it.
        await ExecuteAsync(
            $"""
            update sign_in_failures set failures = 5, closed_until = '{now.AddSeconds(1):O}'
            where kind = 'account_at_address' and failures = 4
            """);
        if (waitingFor == "insert into password_checks")
            await ExecuteAsync($"insert into password_checks (user_id, count, began_at) values ('{session.User.Id}', 1, '{now:O}')");

        object body = method == "POST"
            ? new { old_password = UsersClient.Password, new_password = NewPassword }
            : new { password = UsersClient.Password };
        var asked = client.SendAsync(session, new HttpMethod(method), path, body);
        await Eventually.AssertAsync(async () => Assert.Equal(1, await StoreFixture.ScalarAsync<long>(
            users.Database,
            $"""
            select count(*) from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock' and query like '{waitingFor}%'
            """)));
        await tx.CommitAsync();

        using var refused = await asked;
        await refused.AssertProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.Equal(
            (string[])[.. Enumerable.Repeat("sign_in.failed by nobody", 4), $"sign_in.throttled by {session.User.Id}"],
            await NotedAsync(session, "sign_in.failed", "sign_in.throttled", "password.changed", "account.erased"));

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, other, tx);
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
        }
    }

    [Fact]
    public async Task A_session_that_its_owner_ends_is_noted_once()
    {
        using var client = users.CreateClient();
        var here = await client.SignInNewCustomerAsync();
        using var elsewhere = await client.LogInAsync(here.User.Email);
        for (var i = 0; i < 3; i++)
        {
            using var another = await client.LogInAsync(here.User.Email);
            Assert.Equal(HttpStatusCode.OK, another.StatusCode);
        }
        using var listed = await client.SendAsync(here, HttpMethod.Get, "/api/me/sessions");
        var one = (await listed.ReadAsync<List<SessionResponse>>()).First(session => !session.IsCurrent).Id;

        foreach (var path in (string[])[$"/api/me/sessions/{one}", $"/api/me/sessions/{one}", "/api/me/sessions", "/api/me/sessions"])
        {
            using var ended = await client.SendAsync(here, HttpMethod.Delete, path);
            Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        }
        foreach (var token in (string?[])[here.RefreshToken, here.RefreshToken, UsersClient.RefreshTokenOf(elsewhere)])
        {
            using var revoked = await client.RevokeAsync(token);
            Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        }

        var byOwner = $"session.ended by {here.User.Id}";
        Assert.Equal(
            (string[])
            [
                $$"""{{byOwner}} {"reason": "ended_by_owner", "sessions": 1}""",
                $$"""{{byOwner}} {"reason": "ended_by_owner", "sessions": 3}""",
                $$"""{{byOwner}} {"reason": "signed_out", "sessions": 1}""",
            ],
            await NotedAsync(here, "session.ended"));
    }

    [Fact]
    public async Task A_refresh_token_that_was_used_again_is_noted_once_and_without_an_actor()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();
        using var renewed = await client.RefreshAsync(session.RefreshToken);
        users.Clock.Advance(TimeSpan.FromMinutes(1));

        foreach (var token in (string?[])[session.RefreshToken, session.RefreshToken, UsersClient.RefreshTokenOf(renewed)])
        {
            using var reused = await client.RefreshAsync(token);
            await reused.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_refresh_token");
        }

        Assert.Equal((string[])["refresh_token.reused by nobody"], await NotedAsync(session, "refresh_token.reused"));
    }

    /// <summary>What the log has about the account of that session, in the order in which it was written.</summary>
    private async Task<string[]> NotedAsync(SignedIn session, params string[] actions) => await StoreFixture.ScalarAsync<string[]>(
        users.Database,
        $"""
        select array_agg(
          action || ' by ' || coalesce(actor_id::text || case actor_role when 'customer' then '' else ' as ' || actor_role end, 'nobody')
            || coalesce(' ' || after::text, '')
          order by ctid)
        from audit_log
        where target_id = '{session.User.Id}' and address = '127.0.0.1' and action in ('{string.Join("', '", actions)}')
        """) ?? [];
}
