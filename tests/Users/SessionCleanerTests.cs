extern alias UsersService;
using GoCart.Tests.Infrastructure;
using UsersService::GoCart.Users.Sessions;

namespace GoCart.Tests.Users;

public sealed class SessionCleanerTests(UsersFixture users) : IClassFixture<UsersFixture>
{
    private SessionCleaner Cleaner => users.Service.Services.GetServices<IHostedService>().OfType<SessionCleaner>().Single();

    [Fact]
    public async Task What_is_over_leaves_and_what_is_not_stays()
    {
        using var client = users.CreateClient();
        var signedOut = await client.SignInNewCustomerAsync();
        var expired = await client.SignInNewCustomerAsync();
        using var revoked = await client.RevokeAsync(signedOut.RefreshToken);
        await MoveToThePastAsync($"ended_at = ended_at - interval '25 hours' where user_id = '{signedOut.User.Id}'");
        await MoveToThePastAsync($"expires_at = expires_at - interval '92 days' where user_id = '{expired.User.Id}'");
        var lives = await client.SignInNewCustomerAsync();
        var endedNow = await client.SignInNewCustomerAsync();
        using var revokedNow = await client.RevokeAsync(endedNow.RefreshToken);

        await CleanAsync();

        Assert.Equal(0, await CountAsync(signedOut));
        Assert.Equal(0, await CountAsync(expired));
        Assert.Equal(1, await CountAsync(lives));
        Assert.Equal(1, await CountAsync(endedNow));
    }

    [Fact]
    public async Task Expired_tokens_of_a_living_session_leave()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();
        using var renewed = await client.RefreshAsync(session.RefreshToken);
        await StoreFixture.ScalarAsync<object>(
            users.Database, "update refresh_tokens set expires_at = issued_at - interval '1 second' where retired_at is not null");

        await CleanAsync();

        Assert.Equal(1, await StoreFixture.ScalarAsync<long>(
            users.Database,
            $"""
            select count(*) from refresh_tokens join sessions on sessions.id = session_id
            where user_id = '{session.User.Id}'
            """));
    }

    [Fact]
    public async Task Thousands_of_old_rows_leave_in_batches()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();
        await StoreFixture.ScalarAsync<object>(
            users.Database,
            $"""
            with session as (
                update sessions set ended_at = now() - interval '2 days', end_reason = 'signed_out'
                where user_id = '{session.User.Id}' returning id)
            insert into refresh_tokens (token_hash, session_id, issued_at, expires_at, retired_at)
            select sha256(number::text::bytea), id, now(), now() + interval '30 days', now()
            from session, generate_series(1, 1200) as number
            """);

        var isMore = await Cleaner.CleanBatchAsync(TestContext.Current.CancellationToken);

        Assert.True(isMore);
        Assert.Equal(1, await CountAsync(session));
        await CleanAsync();
        Assert.Equal(0, await CountAsync(session));
    }

    [Fact]
    public async Task Checks_of_a_password_are_forgotten_after_a_minute()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();
        using var wrong = await client.SendAsync(session, HttpMethod.Delete, "/api/me", new { password = "wrong password" });
        await CleanAsync();
        Assert.Equal(1, await CountChecksAsync());

        users.Clock.Advance(TimeSpan.FromSeconds(61));
        await CleanAsync();

        Assert.Equal(0, await CountChecksAsync());

        Task<long> CountChecksAsync() => StoreFixture.ScalarAsync<long>(
            users.Database, $"select count(*) from password_checks where user_id = '{session.User.Id}'");
    }

    [Fact]
    public async Task Failed_sign_ins_are_forgotten_after_an_hour()
    {
        using var client = users.CreateClient();
        await CleanAsync();
        var ofOtherTests = await FailuresAsync();
        using var failed = await client.LogInAsync(UsersClient.NewEmail(), "wrong password");
        await CleanAsync();
        Assert.Equal(ofOtherTests + 2, await FailuresAsync()); // of the account at its address, and of the account

        users.Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
        await CleanAsync();

        Assert.Equal(0, await FailuresAsync());

        Task<long> FailuresAsync() =>
            StoreFixture.ScalarAsync<long>(users.Database, "select count(*) from sign_in_failures");
    }

    [Fact]
    public async Task An_address_is_forgotten_90_days_after_the_last_sign_in_from_it()
    {
        using var client = users.CreateClient();
        var session = await client.SignInNewCustomerAsync();
        var known = $"from known_addresses where user_id = '{session.User.Id}'";
        await CleanAsync();
        Assert.Equal(1, await StoreFixture.ScalarAsync<long>(users.Database, $"select count(*) {known}"));

        // Not by the clock, which the other tests of the class have, too.
        await StoreFixture.ScalarAsync<object>(
            users.Database,
            $"update known_addresses set last_sign_in_at = last_sign_in_at - interval '90 days 1 second' where user_id = '{session.User.Id}'");
        await CleanAsync();

        Assert.Equal(0, await StoreFixture.ScalarAsync<long>(users.Database, $"select count(*) {known}"));
    }

    private async Task CleanAsync()
    {
        while (await Cleaner.CleanBatchAsync(TestContext.Current.CancellationToken))
        {
        }
    }

    private async Task MoveToThePastAsync(string assignmentAndCondition) =>
        await StoreFixture.ScalarAsync<object>(users.Database, $"update sessions set {assignmentAndCondition}");

    private Task<long> CountAsync(SignedIn session) => StoreFixture.ScalarAsync<long>(
        users.Database, $"select count(*) from sessions where user_id = '{session.User.Id}'");
}
