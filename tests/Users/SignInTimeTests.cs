using System.Diagnostics;
using System.Net;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Users;

/// <summary>
/// How long users takes to refuse an e-mail that it knows and one that it does not. Built only with <c>-p:SignInTimes=true</c>: a
/// figure of this kind needs a machine that does nothing else.
/// </summary>
[Collection(MeasuresTime.Name)]
public sealed class SignInTimeTests(UsersFixture users) : IClassFixture<UsersFixture>
{
    private const int Tries = 200;

    [Fact]
    public async Task Known_and_unknown_emails_are_refused_in_the_same_time()
    {
        using var client = users.CreateClient();
        var emails = new List<string>();
        for (var i = 0; i < Tries; i++)
        {
            var email = UsersClient.NewEmail();
            using var registered = await client.RegisterAsync(email);
            Assert.Equal(HttpStatusCode.Created, registered.StatusCode);
            emails.Add(email);
        }

        // Each from an address of its own: none is closed.
        var ratio = await MeasuresTime.RatioAsync(
            Tries, i => RefusalAsync(client, emails[i], i), i => RefusalAsync(client, UsersClient.NewEmail(), i + Tries));

        Assert.InRange(ratio, 0.9, 1.1);
    }

    private static async Task<TimeSpan> RefusalAsync(UsersClient client, string email, int number)
    {
        var started = Stopwatch.GetTimestamp();
        using var response = await client.LogInAsync(email, "wrong password", $"198.51.{100 + (number / 200)}.{number % 200}");
        var elapsed = Stopwatch.GetElapsedTime(started);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        return elapsed;
    }
}
