using System.Net;
using System.Text.Json;
using GoCart.Contracts.Users;
using GoCart.Tests.Infrastructure;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

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

    [Fact]
    public async Task An_access_token_is_good_for_an_hour_in_development_and_5_seconds_more_for_clocks_that_differ()
    {
        using var client = users.CreateClient();
        var customer = await client.SignInNewCustomerAsync();

        users.Clock.Advance(TimeSpan.FromMinutes(60) + TimeSpan.FromSeconds(3));
        using var before = await client.GetMeAsync(customer.AccessToken);
        users.Clock.Advance(TimeSpan.FromSeconds(3));
        using var afterwards = await client.GetMeAsync(customer.AccessToken);

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        await afterwards.AssertProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task An_access_token_says_who_may_do_what_and_nothing_else()
    {
        using var client = users.CreateClient();
        var customer = await client.SignInNewCustomerAsync();

        var token = new JsonWebToken(customer.AccessToken);

        Assert.Equal("ES256", token.Alg);
        Assert.Equal("at+jwt", token.Typ);
        Assert.Equal(
            ["aud", "exp", "iat", "iss", "jti", "nbf", "role", "sid", "sub"], token.Claims.Select(claim => claim.Type).Order());
        Assert.Equal("gocart", token.Issuer);
        Assert.Equal("gocart-api", Assert.Single(token.Audiences));
        Assert.Equal(customer.User.Id.ToString(), token.Subject);
        Assert.Equal(users.Clock.GetUtcNow().AddMinutes(60).ToUnixTimeSeconds(), EpochTime.GetIntDate(token.ValidTo));
    }

    [Fact]
    public async Task The_public_key_is_published_under_its_thumbprint_and_the_private_one_is_not()
    {
        using var client = users.CreateClient();
        var customer = await client.SignInNewCustomerAsync();

        var json = await client.Http.GetStringAsync(
            new Uri("/.well-known/jwks.json", UriKind.Relative), TestContext.Current.CancellationToken);

        var key = Assert.Single(JsonWebKeySet.Create(json).Keys);
        Assert.Equal(new JsonWebToken(customer.AccessToken).Kid, key.Kid);
        Assert.Equal(key.Kid, Base64UrlEncoder.Encode(key.ComputeJwkThumbprint()));
        Assert.Equal("""["alg","crv","kid","kty","use","x","y"]""", NamesIn(json));

        static string NamesIn(string json) => JsonSerializer.Serialize(
            JsonDocument.Parse(json).RootElement.GetProperty("keys")[0].EnumerateObject().Select(field => field.Name).Order());
    }
}
