using System.Text;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

/// <summary>What the gateway authorized is what the service runs: both read route, ids, query, user, headers and body alike.</summary>
public sealed class SameReadingTests(ReadingStore store) : IClassFixture<ReadingStore>
{
    private const int Requests = 1_500;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task However_odd_a_request_is_gateway_and_service_read_it_alike()
    {
        var customer = await store.Clients.CustomerAsync();
        var admin = await store.Clients.AdminAsync();
        var product = await store.CreateProductAsync();
        var seed = Seed.Next();
        var requests = new OddRequests(
            seed, new Dictionary<string, string> { ["customer"] = customer.AccessToken, ["admin"] = admin.AccessToken }, $"{product.Id}");

        var reached = 0;
        for (var i = 0; i < Requests; i++)
        {
            store.AtGateway.Clear();
            store.AtServices.Clear();
            var request = requests.Next();
            var answer = await RawHttp.SendAsync(store.Gateway.Address, request);
            reached += AssertReadAlike(Encoding.Latin1.GetString(request), answer, $"{Seed.Variable}={seed}, request {i}");
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{Requests} requests, of which {reached} reached a service; {Seed.Variable}={seed}.");
        Assert.InRange(reached, Requests / 10, Requests);
    }

    /// <returns>How many services the request reached: 0 or 1.</returns>
    private int AssertReadAlike(string request, string answer, string name)
    {
        var said = $"{name}:\n{request}\n\n{answer}";
        Assert.True(store.AtServices.Count <= 1, $"More than one request came of it. {said}");
        Assert.False(answer.StartsWith("HTTP/1.1 5", StringComparison.Ordinal), said);
        if (!store.AtServices.TryPeek(out var service))
            return 0;

        Assert.True(store.AtGateway.TryPeek(out var gateway), said);
        // Another type than JSON: the service's routing has nothing to run for it, and 415 to say.
        if (service.Route == "none" && answer.StartsWith("HTTP/1.1 415 ", StringComparison.Ordinal))
            service = service with { Route = gateway.Route, Values = gateway.Values };
        // Of cookies the gateway passes on one, on two routes, and only what can be a refresh token.
        var cookie = service.Cookie.Length == 0 ? "" : gateway.Cookie;
        Assert.True(service == gateway with { Cookie = cookie }, $"The gateway read\n{gateway}\nand the service\n{service}\n{said}");
        Assert.DoesNotContain("/internal", service.Route, StringComparison.Ordinal);
        return 1;
    }

    [Fact]
    public async Task A_header_that_the_connection_is_said_to_own_stays_with_the_request()
    {
        // RFC 9110 §7.6.1 lets a proxy drop what Connection names: it must not drop who asks, or on what condition.
        var customer = await store.Clients.CustomerAsync();
        store.AtServices.Clear();

        using var request = new HttpRequestMessage(HttpMethod.Delete, "/api/cart");
        request.Headers.TryAddWithoutValidation("Connection", "close, Authorization, If-Match");
        request.Headers.TryAddWithoutValidation("If-Match", "\"7\"");
        using var response = await customer.Http.SendAsync(request, Cancelled);

        await response.AssertProblemAsync(System.Net.HttpStatusCode.PreconditionFailed, "precondition_failed");
        Assert.Contains("If-Match: \"7\"", Assert.Single(store.AtServices).Headers, StringComparison.Ordinal);
    }
}
