using System.Net;
using System.Text.RegularExpressions;
using GoCart.BuildingBlocks.Auth;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Access;

/// <summary>What belongs to somebody else is, to everybody but its owner, exactly what does not exist.</summary>
[Collection(nameof(AccessStores))]
public sealed partial class SomebodyElsesTests(AccessStore store)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Every route by which a customer names one thing, at the gateway and at its service.</summary>
    private IEnumerable<MappedRoute> Routes => store.Endpoints.Where(endpoint =>
        endpoint.Path.Contains("{id}", StringComparison.Ordinal) && endpoint.Policies.Contains(Policies.SignedIn));

    [Fact]
    public async Task It_is_404_on_every_route_as_if_it_did_not_exist_and_stays_as_it_is()
    {
        var things = await SomebodyElses.CreateAsync(store);
        var before = await StateAsync();

        Assert.NotEmpty(Routes);
        foreach (var route in Routes)
        {
            var thing = Assert.Single(things, thing => thing.Route == route.Path);
            var stranger = await AnswerAsync(route, $"{thing.Id}");
            var nothing = await AnswerAsync(route, $"{Guid.NewGuid()}");
            var nonsense = await AnswerAsync(route, "1");

            Assert.StartsWith($"404 {(route.Method == "HEAD" ? "" : thing.Code)}", stranger.Text, StringComparison.Ordinal);
            Assert.Equal(nothing.Text, stranger.Text);
            Assert.Equal(nothing.Text, nonsense.Text);
            Assert.Equal(nothing.Statements, stranger.Statements);
        }
        Assert.Equal(before, await StateAsync());
    }

    [Fact]
    public async Task Statements_are_counted()
    {
        var owner = store.TokenOf("customer")!;
        using var statements = new Statements();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/orders");
        request.Headers.Authorization = new("Bearer", owner);
        request.Headers.Add("traceparent", statements.TraceParent);
        using var client = store.Gateway.CreateClient();
        using var response = await client.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains(statements.Texts, text => text.Contains("from orders", StringComparison.Ordinal));
    }

    /// <summary>Status, code, headers and body of the refusal, and the statements that led to it.</summary>
    private async Task<(string Text, IReadOnlyList<string> Statements)> AnswerAsync(MappedRoute route, string id)
    {
        using var statements = new Statements();
        using var request = SomebodyElses.Request(route, id, store.TokenOf("other customer")!);
        request.Headers.Add("traceparent", statements.TraceParent);
        using var client = route.Service.CreateClient();
        using var response = await client.SendAsync(request, Cancelled);

        var body = await response.Content.ReadAsStringAsync(Cancelled);
        var code = Code().Match(body).Groups[1].Value;
        var headers = response.Headers.Concat(response.Content.Headers)
            .Where(header => header.Key != "Date")
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}");
        return (
            $"{(int)response.StatusCode} {code}\n{string.Join('\n', headers)}\n{body.Replace($"{statements.TraceId}", "", StringComparison.Ordinal)}",
            statements.Texts);
    }

    private async Task<string> StateAsync() =>
        await StoreFixture.ScalarAsync<string>(store.Databases.Orders, "select string_agg(status || version, ',' order by id) from orders")
        + await StoreFixture.ScalarAsync<string>(store.Databases.Carts, "select string_agg(quantity::text, ',' order by id) from cart_items")
        + await StoreFixture.ScalarAsync<long>(store.Databases.Users, "select count(*) from sessions where ended_at is null");

    [GeneratedRegex("\"code\":\"([a-z_]+)\"")]
    private static partial Regex Code();
}
