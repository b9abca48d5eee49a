using System.Net;
using GoCart.Contracts.Users;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Users;

public sealed class RefreshSessionTests(UsersFixture users) : IClassFixture<UsersFixture>
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan JustAfterGrace = Grace + TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task A_refresh_token_gives_an_access_token_and_its_own_successor()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();

        using var response = await client.RefreshAsync(session.RefreshToken);
        var token = await response.ReadAsync<TokenResponse>();
        using var me = await client.GetMeAsync(token.Token);

        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        Assert.Equal("Bearer", token.TokenType);
        Assert.Equal(3600, token.ExpiresIn);
        Assert.NotEqual(session.AccessToken, token.Token);
        Assert.NotEqual(session.RefreshToken, UsersClient.RefreshTokenOf(response));
        Assert.Contains("; path=/api; samesite=strict; httponly", UsersClient.SetCookieOf(response), StringComparison.Ordinal);
        Assert.Equal(1, await LiveTokensAsync(session));
    }

    [Fact]
    public async Task A_token_just_replaced_gives_the_same_successor_again_because_the_answer_may_be_lost()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();
        var lost = await RenewAsync(client, session.RefreshToken);
        users.Clock.Advance(Grace);

        var repeated = await RenewAsync(client, session.RefreshToken);

        Assert.Equal(lost, repeated);
        Assert.Equal(1, await LiveTokensAsync(session));
        Assert.NotEqual(repeated, await RenewAsync(client, repeated));
    }

    [Fact]
    public async Task A_token_replaced_10_seconds_ago_ends_the_session()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();
        var live = await RenewAsync(client, session.RefreshToken);
        users.Clock.Advance(JustAfterGrace);

        await AssertRefusedAsync(client, session.RefreshToken);

        await AssertRefusedAsync(client, live);
        Assert.Equal(0, await LiveTokensAsync(session));
        Assert.Equal("token_reused", await EndReasonAsync(session));
    }

    [Fact]
    public async Task A_token_older_than_the_one_just_replaced_ends_the_session_at_once()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();
        var second = await RenewAsync(client, session.RefreshToken);
        var third = await RenewAsync(client, second);

        await AssertRefusedAsync(client, session.RefreshToken);

        await AssertRefusedAsync(client, second);
        await AssertRefusedAsync(client, third);
        Assert.Equal("token_reused", await EndReasonAsync(session));
    }

    [Fact]
    public async Task One_token_50_times_at_once_leaves_one_live_token_and_the_session_alive()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();

        var responses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.RefreshAsync(session.RefreshToken)));

        Assert.All(responses, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        var successor = Assert.Single(responses.Select(UsersClient.RefreshTokenOf).Distinct());
        Assert.Equal(1, await LiveTokensAsync(session));
        await RenewAsync(client, successor);
        users.Clock.Advance(JustAfterGrace);
        await AssertRefusedAsync(client, session.RefreshToken);
        Assert.Equal(0, await LiveTokensAsync(session));
    }

    [Fact]
    public async Task A_session_is_renewed_30_times_a_minute_and_waits_then_without_losing_its_token()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();
        var token = session.RefreshToken;
        for (var i = 0; i < 30; i++)
        {
            users.Clock.Advance(TimeSpan.FromSeconds(1));
            token = await RenewAsync(client, token);
        }

        // Sent at once, none of them gets a token or writes a row.
        var tokens = await TokensAsync(session);
        var refused = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.RefreshAsync(token)));
        foreach (var response in refused)
        {
            await response.AssertProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
            // The first renewal was 29 s ago.
            Assert.Equal(TimeSpan.FromSeconds(31), response.Headers.RetryAfter?.Delta);
            Assert.Null(UsersClient.SetCookieOf(response));
        }
        Assert.Equal(tokens, await TokensAsync(session));

        users.Clock.Advance(TimeSpan.FromSeconds(31));
        Assert.NotEqual(token, await RenewAsync(client, token));
        Assert.Equal(1, await StoreFixture.ScalarAsync<int>(
            users.Database, $"select renewals from sessions where user_id = '{session.User.Id}'"));
    }

    [Fact]
    public async Task The_answer_that_was_lost_comes_again_also_from_a_session_that_has_to_wait()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();
        var (before, token) = ("", session.RefreshToken);
        for (var i = 0; i < 30; i++)
            (before, token) = (token, await RenewAsync(client, token));

        Assert.Equal(token, await RenewAsync(client, before));
        await AssertRefusedAsync(client, session.RefreshToken);
        Assert.Equal("token_reused", await EndReasonAsync(session));
    }

    [Fact]
    public async Task A_session_used_and_ended_at_once_is_over_without_a_deadlock()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();

        var responses = await Task.WhenAll(Enumerable.Range(0, 40).Select(turn =>
            turn % 2 == 0 ? client.RefreshAsync(session.RefreshToken) : client.RevokeAsync(session.RefreshToken)));

        Assert.All(responses, response => Assert.Contains(
            response.StatusCode, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.NoContent, HttpStatusCode.Unauthorized]));
        Assert.Equal(0, await LiveTokensAsync(session));
        Assert.Equal("signed_out", await EndReasonAsync(session));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    // One bit more than 32 bytes have.
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB")]
    [InlineData("'; drop table sessions; --AAAAAAAAAAAAAAAAA")]
    [InlineData("eyJhbGciOiJFUzI1NiJ9.e30.AAAA")]
    public async Task What_is_no_refresh_token_is_refused(string? token)
    {
        using var client = users.CreateClient();

        await AssertRefusedAsync(client, token);
    }

    [Fact]
    public async Task An_access_token_is_no_refresh_token_and_the_other_way_round()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();

        using var me = await client.GetMeAsync(session.RefreshToken);

        await me.AssertProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
        await AssertRefusedAsync(client, session.AccessToken);
    }

    [Fact]
    public async Task A_refresh_token_that_nobody_used_for_30_days_has_expired()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();
        users.Clock.Advance(TimeSpan.FromDays(30));

        await AssertRefusedAsync(client, session.RefreshToken);
    }

    [Fact]
    public async Task A_session_ends_after_90_days_however_busy_it_is()
    {
        using var client = users.CreateClient();
        var token = (await client.SignInNewCustomerAsync()).RefreshToken;
        for (var day = 29; day < 87; day += 29)
        {
            users.Clock.Advance(TimeSpan.FromDays(29));
            token = await RenewAsync(client, token);
        }

        users.Clock.Advance(TimeSpan.FromDays(29));
        using var last = await client.RefreshAsync(token);
        users.Clock.Advance(TimeSpan.FromDays(3));

        Assert.Contains($"max-age={TimeSpan.FromDays(3).TotalSeconds};", UsersClient.SetCookieOf(last), StringComparison.Ordinal);
        await AssertRefusedAsync(client, UsersClient.RefreshTokenOf(last));
    }

    [Fact]
    public async Task The_session_of_an_account_that_is_gone_is_gone()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();

        await StoreFixture.ScalarAsync<object>(users.Database, $"delete from users where id = '{session.User.Id}'");

        await AssertRefusedAsync(client, session.RefreshToken);
        using var me = await client.GetMeAsync(session.AccessToken);
        await me.AssertProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
        Assert.NotEmpty(me.Headers.WwwAuthenticate);
    }

    [Fact]
    public async Task The_database_itself_refuses_a_second_live_token()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();

        var refusal = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => StoreFixture.ScalarAsync<object>(
            users.Database,
            $"""
            insert into refresh_tokens (token_hash, session_id, issued_at, expires_at)
            select sha256('another'), id, now(), now() from sessions where user_id = '{session.User.Id}'
            """));

        Assert.Equal("refresh_tokens_live_key", refusal.ConstraintName);
    }

    [Fact]
    public async Task Nothing_in_the_database_is_a_token()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();
        var live = await RenewAsync(client, session.RefreshToken);

        var rows = await StoreFixture.ScalarAsync<string>(
            users.Database, "select string_agg(t::text, ' ') from refresh_tokens t");

        Assert.DoesNotContain(Hex(live), rows, StringComparison.Ordinal);
        Assert.DoesNotContain(Hex(session.RefreshToken), rows, StringComparison.Ordinal);

        static string Hex(string token) =>
            Convert.ToHexStringLower(System.Buffers.Text.Base64Url.DecodeFromChars(token));
    }

    private static async Task<string> RenewAsync(UsersClient client, string? token)
    {
        using var response = await client.RefreshAsync(token);
        await response.ReadAsync<TokenResponse>();
        return UsersClient.RefreshTokenOf(response) ?? throw new InvalidOperationException("No cookie came.");
    }

    private static async Task AssertRefusedAsync(UsersClient client, string? token)
    {
        using var response = await client.RefreshAsync(token);
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_refresh_token");
        Assert.Null(UsersClient.SetCookieOf(response));
    }

    private Task<long> LiveTokensAsync(SignedIn session) => StoreFixture.ScalarAsync<long>(
        users.Database,
        $"""
        select count(*) from refresh_tokens join sessions on sessions.id = session_id
        where user_id = '{session.User.Id}' and retired_at is null
        """);

    private Task<long> TokensAsync(SignedIn session) => StoreFixture.ScalarAsync<long>(
        users.Database,
        $"select count(*) from refresh_tokens join sessions on sessions.id = session_id where user_id = '{session.User.Id}'");

    private Task<string?> EndReasonAsync(SignedIn session) => StoreFixture.ScalarAsync<string>(
        users.Database, $"select end_reason from sessions where user_id = '{session.User.Id}'");
}
