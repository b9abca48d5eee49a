using System.Net;
using System.Text;
using GoCart.Contracts.Users;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Users;

public sealed class RegisterUserTests(UsersFixture users) : IClassFixture<UsersFixture>
{
    private const string Key = "\U0001F511";

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("ab")]
    [InlineData("user.example.com")]
    [InlineData("@example.com")]
    [InlineData("user@")]
    [InlineData("us@er@example.com")]
    [InlineData("us er@example.com")]
    [InlineData("user@exa\nmple.com")]
    [InlineData("user@example.com\u0007")]
    [InlineData("us\u200Ber@example.com")]
    [InlineData("us\u202Eer@example.com")]
    [InlineData("us\u00A0er@example.com")]
    [InlineData("us\u0085er@example.com")]
    public async Task What_is_no_email_address_is_refused(string email)
    {
        using var client = users.CreateClient();

        using var response = await client.RegisterAsync(email);

        var problem = await response.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
        Assert.NotEmpty(problem.GetProperty("errors").GetProperty("email").EnumerateArray());
    }

    [Theory]
    [InlineData("'; drop table users; --{0}@example.com")]
    [InlineData("<script>{0}</script>@example.com")]
    [InlineData("%n%s{0}@example.com")]
    [InlineData("\U0001F6D2{0}@example.com")]
    [InlineData("\u00C4{0}@example.com")]
    public async Task An_email_address_is_kept_exactly(string pattern)
    {
        // The drop of a table has spaces, which no address has.
        var email = pattern.Replace(" ", "/**/", StringComparison.Ordinal)
            .Replace("{0}", Guid.NewGuid().ToString("N"), StringComparison.Ordinal);
        using var client = users.CreateClient();

        using var registered = await client.RegisterAsync(email);
        using var loggedIn = await client.LogInAsync(email);

        Assert.Equal(email, (await registered.ReadAsync<UserResponse>(HttpStatusCode.Created)).Email);
        Assert.Equal(email, (await loggedIn.ReadAsync<LoginResponse>()).User.Email);
    }

    [Theory]
    [InlineData(254, HttpStatusCode.Created)]
    [InlineData(255, HttpStatusCode.BadRequest)]
    public async Task An_email_address_has_at_most_254_characters(int length, HttpStatusCode expected)
    {
        var email = UsersClient.NewEmail();
        using var client = users.CreateClient();

        using var response = await client.RegisterAsync(email.PadLeft(length, 'a'));

        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("1234567", 0, false)]
    [InlineData("12345678", 0, true)]
    [InlineData("        ", 0, true)]
    [InlineData("", 7, false)]
    [InlineData("", 8, true)]
    [InlineData("", 128, true)]
    [InlineData("", 129, false)]
    [InlineData("line\r\nbreak\ttab", 0, true)]
    public async Task A_password_has_8_to_128_characters_of_any_kind(string text, int keys, bool isGood)
    {
        var email = UsersClient.NewEmail();
        var password = text + string.Concat(Enumerable.Repeat(Key, keys));
        using var client = users.CreateClient();

        using var registered = await client.RegisterAsync(email, password);

        if (!isGood)
        {
            var problem = await registered.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
            Assert.NotEmpty(problem.GetProperty("errors").GetProperty("password").EnumerateArray());
            return;
        }
        Assert.Equal(HttpStatusCode.Created, registered.StatusCode);
        using var loggedIn = await client.LogInAsync(email, password);
        Assert.Equal(HttpStatusCode.OK, loggedIn.StatusCode);
    }

    [Theory]
    [InlineData("""{"email": "EMAIL", "password": "password123", "role": "admin"}""")]
    [InlineData("""{"email": "EMAIL", "password": "password123", "password": "password124"}""")]
    [InlineData("""{"email": "EMAIL"}""")]
    [InlineData("""{"email": "EMAIL", "password": null}""")]
    [InlineData("""{"email": "EMAIL", "password": 12345678}""")]
    [InlineData("""{"email": "EMAIL", "Password": "password123"}""")]
    [InlineData("""{"email": "EMAIL", "password": "pass\u0000word123"}""")]
    [InlineData("""{"email": "EMAIL", "password": "password\ud83d123"}""")]
    public async Task A_body_that_does_not_fit_is_refused_and_nothing_is_stored(string body)
    {
        var email = UsersClient.NewEmail();
        using var client = users.CreateClient();
        using var content = new StringContent(
            body.Replace("EMAIL", email, StringComparison.Ordinal), Encoding.UTF8, "application/json");

        using var response = await client.Http.PostAsync(
            new Uri("/api/users", UriKind.Relative), content, TestContext.Current.CancellationToken);

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
        Assert.Equal(0, await CountAsync(email));
    }

    [Fact]
    public async Task An_email_address_that_differs_only_in_ascii_case_is_taken()
    {
        var email = UsersClient.NewEmail();
        using var client = users.CreateClient();
        using var first = await client.RegisterAsync(email);

        using var second = await client.RegisterAsync($" {email.ToUpperInvariant()}", "another password");

        await second.AssertProblemAsync(HttpStatusCode.Conflict, "email_taken");
    }

    [Fact]
    public async Task The_same_registration_many_times_at_once_makes_one_account()
    {
        var email = UsersClient.NewEmail();
        using var client = users.CreateClient();

        var responses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.RegisterAsync(email)));

        Assert.Single(responses, response => response.StatusCode == HttpStatusCode.Created);
        foreach (var response in responses.Where(response => response.StatusCode != HttpStatusCode.Created))
            await response.AssertProblemAsync(HttpStatusCode.Conflict, "email_taken");
        Assert.Equal(1, await CountAsync(email));
    }

    [Fact]
    public async Task The_service_can_make_no_administrator()
    {
        await using var db = Npgsql.NpgsqlDataSource.Create(users.Database.Service);

        async Task InsertAsync()
        {
            await using var command = db.CreateCommand(
                """
                insert into users (id, email, password_hash, role, created_at, updated_at)
                values (gen_random_uuid(), 'mallory', '', 'admin', now(), now())
                """);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var refusal = await Assert.ThrowsAsync<Npgsql.PostgresException>(InsertAsync);
        Assert.Equal(Npgsql.PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    private Task<long> CountAsync(string email) =>
        StoreFixture.ScalarAsync<long>(users.Database, $"select count(*) from users where email = '{email}'");
}
