using System.Net;
using System.Net.Http.Headers;
using GoCart.BuildingBlocks.Auth;
using GoCart.Tests.Infrastructure;
using GoCart.Tests.Products;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
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
    public async Task A_token_that_could_not_be_checked_is_not_called_bad_because_it_could_be_a_moment_later()
    {
        var authority = new Authority { KnowsEndedSessions = false };
        using var host = await StartAuthenticationAsync(authority, TimeProvider.System);
        var request = RequestOf(Roles.Customer, authority, host);

        var before = await request.AuthenticateAsync();
        authority.KnowsEndedSessions = true;
        await UntilAsync(host, list => list.IsKnown);
        await request.ChallengeAsync();

        Assert.False(before.Succeeded);
        Assert.Equal(StatusCodes.Status503ServiceUnavailable, request.Response.StatusCode);
    }

    [Fact]
    public async Task Staff_who_were_not_let_in_are_not_told_that_they_may_not_because_they_might_a_moment_later()
    {
        var authority = new Authority { KnowsEndedSessions = true };
        var clock = new TestClock();
        using var host = await StartAuthenticationAsync(authority, clock);
        await UntilAsync(host, list => list.IsKnown);
        authority.KnowsEndedSessions = false;
        clock.Advance(TimeSpan.FromSeconds(2.1));
        await UntilAsync(host, list => !list.IsCertain);
        var request = RequestOf(Roles.Admin, authority, host);

        var user = (await request.AuthenticateAsync()).Principal;
        var before = await host.Services.GetRequiredService<IAuthorizationService>().AuthorizeAsync(user!, request, Policies.Admin);
        authority.KnowsEndedSessions = true;
        await UntilAsync(host, list => list.IsCertain);
        await request.ForbidAsync();

        Assert.False(before.Succeeded);
        Assert.Equal(StatusCodes.Status503ServiceUnavailable, request.Response.StatusCode);
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

    /// <summary>What looks at tokens, without a server.</summary>
    private static async Task<IHost> StartAuthenticationAsync(Authority authority, TimeProvider clock)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddLogging().AddSingleton(clock).AddSingleton<ITokenAuthority>(authority);
        builder.AddTokenAuthentication();
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static DefaultHttpContext RequestOf(string role, Authority authority, IHost host) => new()
    {
        RequestServices = host.Services,
        Request = { Headers = { Authorization = $"Bearer {authority.Tokens.Issue(Guid.CreateVersion7(), role)}" } },
    };

    private static async Task UntilAsync(IHost host, Func<SessionDenyList, bool> isSo)
    {
        var list = host.Services.GetRequiredService<SessionDenyList>();
        await Eventually.GetAsync(() => Task.FromResult(isSo(list)), holds => holds);
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
