using System.Net;
using GoCart.Contracts.Users;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Users;

public sealed class SignInTests(UsersFixture users) : IClassFixture<UsersFixture>
{
    [Fact]
    public async Task A_customer_registers_signs_in_and_is_known()
    {
        using var client = users.CreateClient();
        var email = UsersClient.NewEmail();

        using var registered = await client.RegisterAsync($"  {email.ToUpperInvariant()} ");
        var user = await registered.ReadAsync<UserResponse>(HttpStatusCode.Created);
        using var loggedIn = await client.LogInAsync(email);
        var login = await loggedIn.ReadAsync<LoginResponse>();
        using var me = await client.GetMeAsync(login.Token);

        Assert.Equal(new Uri("/api/me", UriKind.Relative), registered.Headers.Location);
        Assert.Equal(email, user.Email);
        Assert.Equal("customer", user.Role);
        Assert.Equal(user, login.User);
        Assert.Equal("Bearer", login.TokenType);
        Assert.Equal(3600, login.ExpiresIn);
        Assert.Equal(user, await me.ReadAsync<UserResponse>());
    }

    [Fact]
    public async Task The_refresh_token_comes_in_a_cookie_that_only_the_api_sees()
    {
        using var client = users.CreateClient();
        var email = UsersClient.NewEmail();
        using var registered = await client.RegisterAsync(email);

        using var loggedIn = await client.LogInAsync(email);

        Assert.Matches(
            "^refresh_token=[A-Za-z0-9_-]{43}; max-age=2592000; path=/api; samesite=strict; httponly$",
            UsersClient.SetCookieOf(loggedIn));
    }
}
