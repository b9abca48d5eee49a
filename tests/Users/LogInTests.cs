using System.Net;
using GoCart.BuildingBlocks.Auth;
using GoCart.Contracts.Users;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Users;

[Collection(MeasuresTime.Name)]
public sealed class LogInTests(UsersFixture users) : IClassFixture<UsersFixture>
{
    /// <summary>Of <c>password</c>, made with little work.</summary>
    private const string OutdatedHash = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task An_unknown_email_and_a_wrong_password_get_the_same_answer()
    {
        using var client = users.CreateClient();
        var customer = await client.SignInNewCustomerAsync();

        using var unknown = await client.LogInAsync(UsersClient.NewEmail());
        using var wrong = await client.LogInAsync(customer.User.Email, "wrong password");

        var unknownProblem = await unknown.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        var wrongProblem = await wrong.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        Assert.Equal(unknownProblem.GetProperty("detail").GetString(), wrongProblem.GetProperty("detail").GetString());
        Assert.Equal(
            unknown.Headers.Select(header => header.Key).Order(), wrong.Headers.Select(header => header.Key).Order());
    }

    [Fact]
    public async Task An_unknown_email_takes_as_long_as_a_wrong_password()
    {
        using var client = users.CreateClient();
        var customer = await client.SignInNewCustomerAsync();

        using var hashes = new HashCounter();

        await FailAsync(client, customer.User.Email);
        var wrong = hashes.Take();
        await FailAsync(client, UsersClient.NewEmail());
        var unknown = hashes.Take();

        // The hash is nine tenths of the time of either.
        Assert.Equal((1, 1), (wrong, unknown));
    }

    [Theory]
    [InlineData("PASSWORD123")]
    [InlineData("password123 ")]
    [InlineData("x")]
    public async Task Only_the_exact_password_signs_in(string password)
    {
        using var client = users.CreateClient();
        var customer = await client.SignInNewCustomerAsync();

        using var response = await client.LogInAsync(customer.User.Email, password);

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
    }

    [Fact]
    public async Task A_password_too_long_for_any_account_is_wrong_and_never_hashed()
    {
        using var client = users.CreateClient();
        using var hashes = new HashCounter();

        using var response = await client.LogInAsync(UsersClient.NewEmail(), new string('x', 129));

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        Assert.Equal(0, hashes.Take());
    }

    [Fact]
    public async Task A_password_of_a_megabyte_is_refused_before_it_is_read()
    {
        using var client = users.CreateClient();

        using var response = await client.LogInAsync(UsersClient.NewEmail(), new string('x', 1024 * 1024));

        await response.AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge, "payload_too_large");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_5_wrong_passwords_an_account_is_closed_for_longer_and_longer(bool isKnown)
    {
        using var client = users.CreateClient();
        var email = isKnown ? (await client.SignInNewCustomerAsync()).User.Email : UsersClient.NewEmail();
        for (var failure = 1; failure < 5; failure++)
            await FailAsync(client, email);

        foreach (var seconds in (int[])[1, 2, 4, 8, 16, 32, 60, 60])
        {
            await FailAsync(client, email);

            // Even with the right password, and until the last moment.
            await AssertClosedAsync(client, email, seconds);
            users.Clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            await AssertClosedAsync(client, email, 1);
            users.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    [Fact]
    public async Task The_right_password_makes_the_failures_forgotten()
    {
        using var client = users.CreateClient();
        var email = (await client.SignInNewCustomerAsync()).User.Email;
        for (var failure = 1; failure <= 5; failure++)
            await FailAsync(client, email);
        users.Clock.Advance(Minute);

        using var right = await client.LogInAsync(email);

        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        for (var failure = 1; failure <= 4; failure++)
            await FailAsync(client, email);
        using var again = await client.LogInAsync(email);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task Failures_are_remembered_by_another_copy_of_the_service()
    {
        using var client = users.CreateClient();
        var email = (await client.SignInNewCustomerAsync()).User.Email;
        for (var failure = 1; failure <= 5; failure++)
            await FailAsync(client, email);

        await using var copy = users.Start(users.Clock);
        using var otherClient = new UsersClient(copy.CreateClient());

        await AssertClosedAsync(otherClient, email, 1);
    }

    [Fact]
    public async Task Of_many_guesses_at_once_5_learn_whether_they_were_right()
    {
        using var client = users.CreateClient();
        var email = (await client.SignInNewCustomerAsync()).User.Email;

        var guesses = Enumerable.Range(0, 15).Select(guess => client.LogInAsync(email, $"wrong password {guess}"));
        var statuses = (await Task.WhenAll(guesses)).Select(response => response.StatusCode).ToList();

        Assert.Equal(5, statuses.Count(status => status == HttpStatusCode.Unauthorized));
        Assert.Equal(10, statuses.Count(status => status == HttpStatusCode.TooManyRequests));
        await AssertClosedAsync(client, email, 1);
    }

    [Fact]
    public async Task A_storm_of_sign_ins_is_answered_200_or_503_and_the_rest_goes_on()
    {
        using var client = users.CreateClient();
        var customer = await client.SignInNewCustomerAsync();

        // 17 for each core that hashes find a place: twice as many and more are a storm on any machine.
        var storm = Enumerable.Range(0, Math.Max(100, 40 * Environment.ProcessorCount)).Select(_ => client.LogInAsync(customer.User.Email)).ToList();
        using var me = await client.GetMeAsync(customer.AccessToken);
        var responses = await Task.WhenAll(storm);

        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        Assert.Contains(responses, response => response.StatusCode == HttpStatusCode.OK);
        var excess = responses.Where(response => response.StatusCode != HttpStatusCode.OK).ToList();
        Assert.NotEmpty(excess);
        foreach (var response in excess)
        {
            await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
            Assert.NotNull(response.Headers.RetryAfter);
        }
        using var afterwards = await client.LogInAsync(customer.User.Email);
        Assert.Equal(HttpStatusCode.OK, afterwards.StatusCode);
    }

    [Fact]
    public async Task A_storm_of_one_account_that_is_signed_in_leaves_the_hashing_to_others()
    {
        using var client = users.CreateClient();
        var storming = await client.SignInNewCustomerAsync();
        var other = await client.SignInNewCustomerAsync();
        using var hashes = new HashCounter();

        // Right passwords, each from another network, and more than find a place on any machine.
        var storm = Enumerable.Range(0, Math.Max(100, 40 * Environment.ProcessorCount)).Select(i => ChangeAsync($"203.0.{i / 250}.{i % 250}")).ToList();
        for (var i = 0; i < 5; i++)
        {
            using var signedIn = await client.LogInAsync(other.User.Email);
            Assert.Equal(HttpStatusCode.OK, signedIn.StatusCode);
        }
        var refused = (await Task.WhenAll(storm)).Where(response => response.StatusCode == HttpStatusCode.TooManyRequests).ToList();

        Assert.Equal(storm.Count - 10, refused.Count);
        // The old one and the new one of ten, and the other's.
        Assert.InRange(hashes.Take(), 15, 25);
        foreach (var response in refused)
        {
            await response.AssertProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
            Assert.Equal(Minute, response.Headers.RetryAfter?.Delta);
        }
        using var erased = await client.SendAsync(storming, HttpMethod.Delete, "/api/me", new { password = UsersClient.Password });
        await erased.AssertProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        users.Clock.Advance(Minute);
        using var afterwards = await ChangeAsync("203.0.113.1");
        Assert.Equal(HttpStatusCode.NoContent, afterwards.StatusCode);

        async Task<HttpResponseMessage> ChangeAsync(string address)
        {
            using var request = UsersClient.RequestOf(storming, HttpMethod.Post, "/api/me/password");
            request.Headers.Add("X-Forwarded-For", address);
            request.Content = JsonContent.Create(new { old_password = UsersClient.Password, new_password = UsersClient.Password });
            return await client.Http.SendAsync(request);
        }
    }

    [Fact]
    public async Task A_hash_made_with_less_work_is_made_anew_when_its_owner_signs_in()
    {
        const string password = "password";
        using var client = users.CreateClient();
        var customer = await client.SignInNewCustomerAsync();
        await StoreFixture.ScalarAsync<string>(
            users.Database, $"update users set password_hash = '{OutdatedHash}' where id = '{customer.User.Id}'");

        using var loggedIn = await client.LogInAsync(customer.User.Email, password);

        Assert.Equal(HttpStatusCode.OK, loggedIn.StatusCode);
        var newHash = await StoreFixture.ScalarAsync<string>(
            users.Database, $"select password_hash from users where id = '{customer.User.Id}'");
        Assert.False(PasswordHash.IsOutdated(newHash!)); // the row is there
        using var again = await client.LogInAsync(customer.User.Email, password);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task A_sign_in_succeeds_also_when_the_hash_cannot_be_made_anew()
    {
        using var client = users.CreateClient();
        var customer = await client.SignInNewCustomerAsync();
        await StoreFixture.ScalarAsync<string>(
            users.Database, $"update users set password_hash = '{OutdatedHash}' where id = '{customer.User.Id}'");
        await StoreFixture.ScalarAsync<string>(users.Database, "revoke update (password_hash) on users from users");

        using var loggedIn = await client.LogInAsync(customer.User.Email, "password");
        await StoreFixture.ScalarAsync<string>(users.Database, "grant update (password_hash) on users to users");

        Assert.Equal(HttpStatusCode.OK, loggedIn.StatusCode);
    }

    [Fact]
    public async Task The_seeded_administrator_signs_in()
    {
        using var client = users.CreateClient();

        using var response = await client.LogInAsync("admin@example.com", "admin123");

        var login = await response.ReadAsync<LoginResponse>();
        Assert.Equal("admin", login.User.Role);
    }

    private static async Task FailAsync(UsersClient client, string email)
    {
        using var response = await client.LogInAsync(email, "wrong password");
        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
    }

    private static async Task AssertClosedAsync(UsersClient client, string email, int seconds)
    {
        using var response = await client.LogInAsync(email);
        await response.AssertProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.Equal(TimeSpan.FromSeconds(seconds), response.Headers.RetryAfter?.Delta);
    }
}
