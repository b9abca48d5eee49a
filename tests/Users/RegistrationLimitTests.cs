using System.Net;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Users;

/// <summary>An address makes ten accounts an hour, whichever gateway and copy it comes through.</summary>
public sealed class RegistrationLimitTests(UsersFixture users) : IClassFixture<UsersFixture>
{
    private const int Limit = 10;

    [Fact]
    public async Task An_address_tries_ten_times_an_hour_over_all_copies_and_is_told_what_is_left()
    {
        await using var copy = users.Start(users.Clock);
        using var first = users.CreateClient();
        using var second = new UsersClient(copy.CreateClient());

        for (var left = Limit - 1; left >= 0; left--)
        {
            using var registered = await RegisterAsync(left % 2 == 0 ? first : second, "203.0.113.1");
            Assert.Equal(HttpStatusCode.Created, registered.StatusCode);
            Assert.Equal($"\"registrations\";r={left};t=3600", Assert.Single(registered.Headers.GetValues("RateLimit")));
            Assert.Equal("\"registrations\";q=10;w=3600", Assert.Single(registered.Headers.GetValues("RateLimit-Policy")));
        }

        foreach (var client in (UsersClient[])[first, second])
        {
            using var refused = await RegisterAsync(client, "203.0.113.1");
            await refused.AssertProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
            Assert.Equal(TimeSpan.FromHours(1), refused.Headers.RetryAfter!.Delta);
            Assert.Equal("\"registrations\";r=0;t=3600", Assert.Single(refused.Headers.GetValues("RateLimit")));
        }
        using var neighbour = await RegisterAsync(first, "203.0.113.2");
        Assert.Equal(HttpStatusCode.Created, neighbour.StatusCode);
    }

    [Fact]
    public async Task A_hundred_tries_at_once_make_ten_accounts()
    {
        using var client = users.CreateClient();

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            using var response = await RegisterAsync(client, "203.0.113.10");
            return response.StatusCode;
        }));

        // Those that wait for the hasher for too long are 503; they have been counted, too.
        Assert.Equal(100 - Limit, answers.Count(status => status == HttpStatusCode.TooManyRequests));
        Assert.InRange(answers.Count(status => status == HttpStatusCode.Created), 1, Limit);
    }

    [Fact]
    public async Task Asking_whether_an_email_has_an_account_counts()
    {
        using var client = users.CreateClient();
        var email = UsersClient.NewEmail();
        for (var i = 0; i < Limit; i++)
        {
            using var answer = await RegisterAsync(client, "2001:db8::1", email);
            Assert.Equal(i == 0 ? HttpStatusCode.Created : HttpStatusCode.Conflict, answer.StatusCode);
        }

        // Of IPv6 a network counts, for everybody has as many addresses as they like.
        using var refused = await RegisterAsync(client, "2001:db8::2", email);
        await refused.AssertProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
    }

    [Fact]
    public async Task After_an_hour_the_count_begins_anew()
    {
        using var client = users.CreateClient();
        for (var i = 0; i < Limit; i++)
            (await RegisterAsync(client, "203.0.113.20")).Dispose();

        users.Clock.Advance(TimeSpan.FromHours(1));

        using var registered = await RegisterAsync(client, "203.0.113.20");
        Assert.Equal(HttpStatusCode.Created, registered.StatusCode);
        Assert.Equal("\"registrations\";r=9;t=3600", Assert.Single(registered.Headers.GetValues("RateLimit")));
    }

    private static async Task<HttpResponseMessage> RegisterAsync(UsersClient client, string address, string? email = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/users")
        {
            Headers = { { "X-Forwarded-For", address } },
            Content = JsonContent.Create(new { email = email ?? UsersClient.NewEmail(), password = UsersClient.Password }),
        };
        return await client.Http.SendAsync(request);
    }
}
