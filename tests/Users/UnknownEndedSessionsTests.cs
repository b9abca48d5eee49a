using System.Net;
using System.Net.Http.Headers;
using GoCart.BuildingBlocks.Auth;
using GoCart.Tests.Infrastructure;
using GoCart.Tests.Products;
using Microsoft.IdentityModel.Tokens;

namespace GoCart.Tests.Users;

public sealed class UnknownEndedSessionsTests
{
    [Fact]
    public async Task Until_the_ended_sessions_are_known_no_token_is_accepted_and_the_service_is_not_ready()
    {
        var authority = new Authority { KnowsEndedSessions = false };
        await using var service = await ServiceWithOneRoute.StartAsync(
            new Uri("http://127.0.0.1:9"), services => services.AddSingleton<ITokenAuthority>(authority));
        using var http = new HttpClient { BaseAddress = service.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", authority.Tokens.Issue(Guid.CreateVersion7(), Roles.Customer));

        using (var early = await http.GetAsync(new Uri("/me", UriKind.Relative)))
            await early.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
        using (var health = await http.GetAsync(new Uri("/health", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);

        authority.KnowsEndedSessions = true;
        await Eventually.AssertAsync(async () =>
        {
            using var later = await http.GetAsync(new Uri("/me", UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, later.StatusCode);
            using var health = await http.GetAsync(new Uri("/health", UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        });
    }

    [Fact]
    public async Task A_service_that_does_not_hear_of_ended_sessions_goes_on_and_is_degraded()
    {
        var authority = new Authority { KnowsEndedSessions = true };
        var clock = new TestClock();
        await using var service = await ServiceWithOneRoute.StartAsync(
            new Uri("http://127.0.0.1:9"),
            services => services.AddSingleton<ITokenAuthority>(authority).AddSingleton<TimeProvider>(clock));
        using var http = new HttpClient { BaseAddress = service.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", authority.Tokens.Issue(Guid.CreateVersion7(), Roles.Customer));
        await AssertHealthAsync("healthy");

        authority.KnowsEndedSessions = false;
        clock.Advance(TimeSpan.FromSeconds(6));
        await AssertHealthAsync("degraded");
        using (var accepted = await http.GetAsync(new Uri("/me", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);

        authority.KnowsEndedSessions = true;
        await AssertHealthAsync("healthy");

        Task AssertHealthAsync(string status) => Eventually.AssertAsync(async () => Assert.StartsWith(
            $$"""{"status":"{{status}}",""", await http.GetStringAsync(new Uri("/health", UriKind.Relative)), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Routes_for_staff_are_closed_while_it_cannot_be_told_which_sessions_have_ended()
    {
        var authority = new Authority { KnowsEndedSessions = true };
        var clock = new TestClock();
        await using var service = await (await ServiceWithOneRoute.StartAsync(
            new Uri("http://127.0.0.1:9"),
            services => services.AddSingleton<ITokenAuthority>(authority).AddSingleton<TimeProvider>(clock))).WhenReadyAsync();
        using var http = new HttpClient { BaseAddress = service.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", authority.Tokens.Issue(Guid.CreateVersion7(), Roles.Admin));
        await AssertStatusAsync("/admin", HttpStatusCode.OK);

        authority.KnowsEndedSessions = false;
        clock.Advance(TimeSpan.FromSeconds(2.1));
        await Eventually.AssertAsync(async () =>
        {
            using var closed = await http.GetAsync(new Uri("/admin", UriKind.Relative));
            await closed.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
            Assert.NotNull(closed.Headers.RetryAfter);
        });
        await AssertStatusAsync("/me", HttpStatusCode.OK);

        authority.KnowsEndedSessions = true;
        await AssertStatusAsync("/admin", HttpStatusCode.OK);

        Task AssertStatusAsync(string path, HttpStatusCode expected) => Eventually.AssertAsync(async () =>
        {
            using var response = await http.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(expected, response.StatusCode);
        });
    }

    /// <summary>The keys are there from the start.</summary>
    private sealed class Authority : ITokenAuthority
    {
        public TestTokens Tokens { get; } = new();

        public bool KnowsEndedSessions { get; set; }

        public Task<JsonWebKeySet> GetSigningKeysAsync(CancellationToken cancellationToken) =>
            Tokens.GetSigningKeysAsync(cancellationToken);

        public Task<RevokedSessions> GetRevokedSessionsAsync(DateTimeOffset? since, CancellationToken cancellationToken) =>
            KnowsEndedSessions
                ? Tokens.GetRevokedSessionsAsync(since, cancellationToken)
                : throw new HttpRequestException("Users is away.");
    }
}
