using System.Collections.Concurrent;
using System.Net;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

/// <summary>What a service cannot answer in time is turned away, orders last.</summary>
public sealed class SheddingTests
{
    private static readonly Uri Orders = new("/api/orders", UriKind.Relative);
    private static readonly Uri Cart = new("/api/cart", UriKind.Relative);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task More_than_a_service_answers_in_time_is_turned_away_and_orders_go_on()
    {
        await using var gateway = await BusyGatewayAsync();

        // Each of a crowd asks again and again, until the gateway has seen that it is too many.
        var seen = new ConcurrentBag<HttpResponseMessage>();
        await Task.WhenAll(Enumerable.Range(1, 80).Select(async number =>
        {
            do
            {
                seen.Add(await gateway.Anonymous.GetAsync(Page(number), Cancelled));
            }
            while (!seen.Any(response => response.StatusCode == HttpStatusCode.ServiceUnavailable));
        }));
        var orders = await Task.WhenAll(Enumerable.Range(0, 80).Select(_ => gateway.Customer.PostAsync(Orders, null, Cancelled)));

        Assert.All(orders, order => Assert.Equal(HttpStatusCode.OK, order.StatusCode));
        foreach (var refused in seen.Where(response => !response.IsSuccessStatusCode))
        {
            await refused.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
            Assert.NotNull(refused.Headers.RetryAfter);
        }
    }

    [Fact]
    public async Task A_wish_to_wait_is_no_way_past_the_limit_of_a_route_that_knows_no_waiting()
    {
        await using var gateway = await BusyGatewayAsync(new() { ["Gateway:MaxInFlight"] = "1" });
        var release = new TaskCompletionSource();
        gateway.Service.Answer = async context =>
        {
            await release.Task;
            await RecordingService.AnswerOk(context);
        };
        gateway.Customer.DefaultRequestHeaders.Add("Prefer", "wait=10");
        var asked = Enumerable.Range(0, 20).Select(_ => gateway.Customer.DeleteAsync(Cart, Cancelled)).ToList();

        // All but the two that are under way are turned away, while those are.
        await Eventually.AssertAsync(() =>
        {
            Assert.Equal(18, asked.Count(request => request.IsCompleted));
            return Task.CompletedTask;
        });
        release.SetResult();
        var statuses = (await Task.WhenAll(asked)).Select(response => response.StatusCode).ToList();

        Assert.Equal(2, statuses.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(18, statuses.Count(status => status == HttpStatusCode.ServiceUnavailable));
    }

    [Fact]
    public async Task Who_is_turned_away_is_not_asked_for_a_token()
    {
        await using var gateway = await BusyGatewayAsync(new() { ["Gateway:MaxInFlight"] = "1" });
        var release = new TaskCompletionSource();
        gateway.Service.Answer = async context =>
        {
            await release.Task;
            await RecordingService.AnswerOk(context);
        };
        var accepted = Enumerable.Range(0, 2).Select(_ => gateway.Customer.DeleteAsync(Cart, Cancelled)).ToList();
        await Eventually.AssertAsync(() =>
        {
            Assert.Equal(2, gateway.Service.Received.Count);
            return Task.CompletedTask;
        });

        // The first of them may wait for a place, if they may have one at all.
        await Eventually.AssertAsync(async () =>
        {
            using var refused = await gateway.Anonymous.GetAsync(Cart, Cancelled);
            await refused.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
        });
        release.SetResult();

        foreach (var response in await Task.WhenAll(accepted))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            response.Dispose();
        }
    }

    [Fact]
    public async Task A_burst_beyond_all_places_is_answered_as_they_get_free()
    {
        await using var gateway = await BusyGatewayAsync(new() { ["Gateway:MaxInFlight"] = "1" });

        var responses = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => gateway.Customer.GetAsync(Cart, Cancelled)));

        foreach (var response in responses)
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            response.Dispose();
        }
    }

    private static Uri Page(int number) => new($"/api/products?limit={number}", UriKind.Relative);

    /// <summary>Products should answer in 10 ms and takes 30.</summary>
    private static async Task<GatewayAlone> BusyGatewayAsync(Dictionary<string, string?>? settings = null)
    {
        var gateway = await GatewayAlone.StartAsync(settings: new(settings ?? [])
        {
            ["Shedding:Browsing"] = "00:00:00.010",
            ["Shedding:Ordering"] = "00:00:10",
        });
        gateway.Service.Answer = async context =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(30), context.RequestAborted);
            await RecordingService.AnswerOk(context);
        };
        return gateway;
    }
}
