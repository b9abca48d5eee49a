using System.Net;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Users;

/// <summary>A guesser is slowed down wherever he comes from, and the owner is not.</summary>
public sealed class SignInThrottleTests(UsersFixture users) : IClassFixture<UsersFixture>
{
    private const string Home = "198.51.100.1";
    private const string Guesser = "203.0.113.1";

    [Fact]
    public async Task The_sixth_guess_is_refused_even_with_the_right_password_and_the_owner_signs_in_at_home()
    {
        using var client = users.CreateClient();
        var email = await RegisterAsync(client, Home);

        await FailAsync(client, email, Guesser, times: 5);

        await AssertClosedAsync(client, email, Guesser);
        await AssertOpenAsync(client, email, Home);
    }

    [Fact]
    public async Task A_guesser_with_many_addresses_closes_the_account_to_strangers_and_not_to_its_owner()
    {
        using var client = users.CreateClient();
        var email = await RegisterAsync(client, Home);
        for (var address = 1; address <= 10; address++)
            await FailAsync(client, email, $"203.0.113.{address}", times: 5);

        await AssertClosedAsync(client, email, "203.0.113.99");
        await AssertOpenAsync(client, email, Home);

        // One guess a minute from all strangers together.
        users.Clock.Advance(TimeSpan.FromSeconds(60));
        await FailAsync(client, email, "203.0.113.100", times: 1);
        await AssertClosedAsync(client, email, "203.0.113.101");
    }

    [Fact]
    public async Task An_address_that_tries_many_accounts_is_closed_and_who_signs_in_from_there_goes_on()
    {
        const string office = "203.0.113.200";
        using var client = users.CreateClient();
        var colleague = await RegisterAsync(client, office);
        var stranger = await RegisterAsync(client, Home);
        for (var account = 0; account < 50; account++)
            await FailAsync(client, UsersClient.NewEmail(), office, times: 1);

        await AssertClosedAsync(client, stranger, office);
        await AssertOpenAsync(client, colleague, office);
        await AssertOpenAsync(client, stranger, Home);
    }

    [Fact]
    public async Task Failures_of_strangers_are_forgotten_one_a_minute()
    {
        using var client = users.CreateClient();
        var email = await RegisterAsync(client, Home);
        for (var address = 1; address <= 9; address++)
            await FailAsync(client, email, $"203.0.113.{address}", times: 5);

        users.Clock.Advance(TimeSpan.FromMinutes(20));
        for (var address = 11; address <= 15; address++)
            await FailAsync(client, email, $"203.0.113.{address}", times: 4);

        await AssertOpenAsync(client, email, "203.0.113.99");
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:ff::1", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:102::1", false)]
    [InlineData("::ffff:203.0.113.77", "203.0.113.77", true)]
    public async Task Of_IPv6_a_network_counts_as_one_address(string guesser, string other, bool isTheSame)
    {
        using var client = users.CreateClient();
        var email = await RegisterAsync(client, Home);

        await FailAsync(client, email, guesser, times: 5);

        if (isTheSame)
            await AssertClosedAsync(client, email, other);
        else
            await AssertOpenAsync(client, email, other);
    }

    [Theory]
    [InlineData("203.0.113.5, 198.51.100.1")]
    [InlineData("unknown")]
    [InlineData("")]
    public async Task What_the_gateway_would_never_write_makes_no_other_address(string address)
    {
        using var client = users.CreateClient();
        var email = await RegisterAsync(client, Home);

        await FailAsync(client, email, address, times: 3);
        await FailAsync(client, email, "127.0.0.1", times: 2);

        await AssertClosedAsync(client, email, "127.0.0.1");
    }

    [Fact]
    public async Task Nobody_but_the_gateway_is_believed_about_the_address()
    {
        await using var service = users.Start(users.Clock, settings: new() { ["Http:TrustedGateways:0"] = "192.0.2.1" });
        using var client = new UsersClient(service.CreateClient());
        var email = await RegisterAsync(client, Home);

        for (var address = 1; address <= 5; address++)
            await FailAsync(client, email, $"203.0.113.{address}", times: 1);

        await AssertClosedAsync(client, email, Home);
    }

    private static async Task<string> RegisterAsync(UsersClient client, string address)
    {
        var email = UsersClient.NewEmail();
        using var registered = await client.RegisterAsync(email);
        Assert.Equal(HttpStatusCode.Created, registered.StatusCode);
        await AssertOpenAsync(client, email, address);
        return email;
    }

    private static async Task FailAsync(UsersClient client, string email, string address, int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var response = await client.LogInAsync(email, "wrong password", address);
            await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        }
    }

    private static async Task AssertClosedAsync(UsersClient client, string email, string address)
    {
        using var response = await client.LogInAsync(email, address: address);
        await response.AssertProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
    }

    private static async Task AssertOpenAsync(UsersClient client, string email, string address)
    {
        using var response = await client.LogInAsync(email, address: address);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
