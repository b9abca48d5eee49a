using System.Text.Json.Nodes;
using GoCart.Cli;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Cli;

/// <summary>What happens to the tokens of a session, with a real store on the other side.</summary>
public sealed class SessionTests(StoreFixture store) : IClassFixture<StoreFixture>, IDisposable
{
    private readonly TestTerminal _terminal = new(store.Gateway.Address);

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public async Task An_expired_access_token_is_renewed_on_the_way()
    {
        var email = await RegisterAsync();
        var before = Change(session => session["access_token"] = "expired");

        var me = (await _terminal.RunAsync("me")).Succeeded();

        Assert.Contains(email, me.Out, StringComparison.Ordinal);
        Assert.Empty(me.Error);
        var after = Change(_ => { });
        Assert.NotEqual("expired", (string?)after["access_token"]);
        Assert.NotEqual((string?)before["refresh_token"], (string?)after["refresh_token"]);
    }

    [Fact]
    public async Task Commands_at_the_same_time_renew_it_once_and_keep_the_session()
    {
        await RegisterAsync();
        Change(session => session["access_token"] = "expired");
        var renewals = 0;
        _terminal.Connect = server => new Watching(server.OpenConnections(), request =>
        {
            if (request.RequestUri?.AbsolutePath == "/api/refresh")
                Interlocked.Increment(ref renewals);
        });

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _terminal.RunAsync("me")));

        Assert.All(results, result => result.Succeeded());
        Assert.Equal(1, renewals);
        (await _terminal.RunAsync("me")).Succeeded();
    }

    [Fact]
    public async Task A_session_that_has_ended_is_forgotten()
    {
        await RegisterAsync();
        Change(session => (session["access_token"], session["refresh_token"]) = ("expired", "unknown"));

        var ended = await _terminal.RunAsync("me");

        Assert.Equal(ExitCode.NotSignedIn, ended.ExitCode);
        Assert.Equal("gocart: Your session has ended.\nSign in with: gocart login\n", ended.Error);
        Assert.Contains("You are not signed in", (await _terminal.RunAsync("me")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_here_and_at_the_store()
    {
        await RegisterAsync();
        var copied = await File.ReadAllTextAsync(_terminal.SessionPath, TestContext.Current.CancellationToken);

        (await _terminal.RunAsync("logout")).Succeeded();
        Assert.Equal(ExitCode.NotSignedIn, (await _terminal.RunAsync("me")).ExitCode);
        Assert.Equal("Nobody was signed in.\n", (await _terminal.RunAsync("logout")).Succeeded().Error);

        // A copy of the tokens is worth nothing any more.
        await File.WriteAllTextAsync(_terminal.SessionPath, copied, TestContext.Current.CancellationToken);
        Change(session => session["access_token"] = "expired");
        Assert.Equal(ExitCode.NotSignedIn, (await _terminal.RunAsync("me")).ExitCode);
    }

    [Fact]
    public async Task Signing_out_while_the_store_is_away_says_what_was_done()
    {
        await RegisterAsync();
        _terminal.Connect = server => new Watching(server.OpenConnections(), _ => throw Refused());

        var result = await _terminal.RunAsync("logout");

        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.StartsWith("gocart: You are signed out here, but the store could not be told", result.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotSignedIn, (await _terminal.RunAsync("me")).ExitCode);
    }

    [Fact]
    public async Task Signing_in_again_ends_the_session_before()
    {
        var email = await RegisterAsync();
        var before = await File.ReadAllTextAsync(_terminal.SessionPath, TestContext.Current.CancellationToken);

        (await _terminal.RunWithInputAsync("password123\n", "login", email, "--password-stdin")).Succeeded();

        await File.WriteAllTextAsync(_terminal.SessionPath, before, TestContext.Current.CancellationToken);
        Change(session => session["access_token"] = "expired");
        Assert.Equal(ExitCode.NotSignedIn, (await _terminal.RunAsync("me")).ExitCode);
    }

    [Fact]
    public async Task What_one_person_asked_for_is_not_done_for_another_who_signs_in_meanwhile()
    {
        var email = await RegisterAsync();
        Change(session => session["access_token"] = "expired");
        using var elsewhere = new TestTerminal(store.Gateway.Address);
        var other = $"{Guid.NewGuid():N}@example.com";
        (await elsewhere.RunWithInputAsync("password123\n", "register", other, "--password-stdin")).Succeeded();
        _terminal.Connect = server => new Watching(
            server.OpenConnections(), _ => File.Copy(elsewhere.SessionPath, _terminal.SessionPath, overwrite: true));

        var result = await _terminal.RunAsync("me");

        Assert.Equal(ExitCode.NotSignedIn, result.ExitCode);
        Assert.Empty(result.Out);
        Assert.StartsWith($"gocart: {other} has signed in at {store.Gateway.Address.GetLeftPart(UriPartial.Authority)} meanwhile, in place of {email}",
            result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_from_which_nothing_comes_back_cannot_be_reached()
    {
        using var unreachable = await UnreachableAddress.CreateAsync();
        using var terminal = new TestTerminal(unreachable.Address);

        var result = await terminal.RunAsync("products", "list");

        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains("cannot be reached: nothing comes back from there.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkout_that_may_have_arrived_stays_unknown_when_the_store_is_away_afterwards()
    {
        var product = await store.CreateProductAsync(stock: 10);
        await RegisterAsync();
        (await _terminal.RunAsync("cart", "add", product.Name)).Succeeded();
        var tries = 0;
        _terminal.Connect = server => new LosesAnswers(
            new Watching(server.OpenConnections(), request =>
            {
                if (request.Method == HttpMethod.Post && ++tries > 1)
                    throw Refused();
            }),
            "/api/orders",
            () => true);

        var unknown = await _terminal.RunAsync("orders", "place");

        Assert.Equal(ExitCode.Failed, unknown.ExitCode);
        Assert.Contains("The order may or may not have been placed.", unknown.Error, StringComparison.Ordinal);
        var wayOut = unknown.Error.ReplaceLineEndings(" ").Split("gocart orders place ")[1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        _terminal.Connect = server => server.OpenConnections();
        (await _terminal.RunAsync(["orders", "place", .. wayOut])).Succeeded();
        var orders = (await _terminal.RunAsync("orders", "list", "-o", "json")).Succeeded();
        Assert.Single(JsonNode.Parse(orders.Out)!.AsArray());
    }

    [Fact]
    public async Task A_checkout_whose_answers_are_lost_becomes_one_order()
    {
        var product = await store.CreateProductAsync(stock: 10);
        await RegisterAsync();
        (await _terminal.RunAsync("cart", "add", product.Name)).Succeeded();
        var lost = 0;
        _terminal.Connect = server => new LosesAnswers(server.OpenConnections(), "/api/orders", () => lost++ < 2);

        var placed = (await _terminal.RunAsync("orders", "place")).Succeeded();

        Assert.Contains("Trying again", placed.Error, StringComparison.Ordinal);
        Assert.Equal(3, lost);
        var orders = (await _terminal.RunAsync("orders", "list", "-o", "json")).Succeeded();
        Assert.Single(JsonNode.Parse(orders.Out)!.AsArray());
    }

    private static HttpRequestException Refused() => new(HttpRequestError.ConnectionError, "Nobody is there.");

    private async Task<string> RegisterAsync()
    {
        var email = $"{Guid.NewGuid():N}@example.com";
        (await _terminal.RunWithInputAsync("password123\n", "register", email, "--password-stdin")).Succeeded();
        return email;
    }

    /// <returns>The session as it was before.</returns>
    private JsonObject Change(Action<JsonObject> change)
    {
        var file = JsonNode.Parse(File.ReadAllText(_terminal.SessionPath))!;
        var session = Assert.Single(file.AsObject()).Value!.AsObject();
        var before = session.DeepClone().AsObject();
        change(session);
        File.WriteAllText(_terminal.SessionPath, file.ToJsonString());
        return before;
    }

    private sealed class Watching(HttpMessageHandler connections, Action<HttpRequestMessage> watch) : DelegatingHandler(connections)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            watch(request);
            return base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>The store gets the request and acts on it; its answer never arrives.</summary>
    private sealed class LosesAnswers(HttpMessageHandler connections, string path, Func<bool> loses) : DelegatingHandler(connections)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (request.RequestUri?.AbsolutePath != path || request.Method != HttpMethod.Post || !loses())
                return response;

            response.Dispose();
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "The answer was lost.", new HttpIOException(HttpRequestError.ResponseEnded));
        }
    }
}
