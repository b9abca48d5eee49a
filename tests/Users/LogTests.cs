using System.Net;
using GoCart.Contracts.Users;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Users;

public sealed class LogTests(UsersFixture users) : IClassFixture<UsersFixture>
{
    private const string Password = "a password nobody should read";

    [Fact]
    public async Task No_address_no_password_and_no_token_stands_in_the_log()
    {
        using var log = new LogCollector();
        await using var service = users.Start(users.Clock, services => services.AddLogging(logging => logging.AddProvider(log)));
        using var client = new UsersClient(service.CreateClient());
        var email = UsersClient.NewEmail();

        using var registered = await client.RegisterAsync(email, Password);
        using var again = await client.RegisterAsync(email, Password);
        using var refused = await client.RegisterAsync(email + "@", Password);
        using var wrong = await client.LogInAsync(email, Password + "!");
        using var loggedIn = await client.LogInAsync(email, Password);
        var login = await loggedIn.ReadAsync<LoginResponse>();
        var first = UsersClient.RefreshTokenOf(loggedIn);
        using var me = await client.GetMeAsync(login.Token);
        using var forged = await client.GetMeAsync(login.Token + "A");
        using var renewed = await client.RefreshAsync(first);
        users.Clock.Advance(TimeSpan.FromMinutes(1));
        using var reused = await client.RefreshAsync(first);

        Assert.Equal(HttpStatusCode.Created, registered.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, reused.StatusCode);
        var session = await StoreFixture.ScalarAsync<Guid>(
            users.Database, $"select id from sessions where user_id = '{login.User.Id}' and end_reason = 'token_reused'");
        Assert.Contains(
            $"A refresh token was used again after it had been replaced; its session {session} was ended", log.Text, StringComparison.Ordinal);
        foreach (var secret in (string?[])[email, Password, login.Token, first, UsersClient.RefreshTokenOf(renewed)])
            Assert.DoesNotContain(Assert.IsType<string>(secret), log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_refused_for_want_of_a_role_stands_in_the_log()
    {
        using var log = new LogCollector();
        await using var service = users.Start(users.Clock, services => services.AddLogging(logging => logging.AddProvider(log)));
        using var client = new UsersClient(service.CreateClient());
        var customer = await client.SignInNewCustomerAsync();

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/admin/users/{Guid.NewGuid()}");
        request.Headers.Authorization = new("Bearer", customer.AccessToken);
        using var refused = await client.Http.SendAsync(request);

        await refused.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        Assert.Contains($"User {customer.User.Id} with the role customer was refused GET /admin/users/{{id}}", log.Text, StringComparison.Ordinal);
    }
}
