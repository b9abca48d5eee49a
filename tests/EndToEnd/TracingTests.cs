using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using GoCart.Contracts.Orders;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.EndToEnd;

public sealed class TracingTests(AuditedStore store) : IClassFixture<AuditedStore>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Fact]
    public async Task One_trace_runs_from_the_gateway_over_the_broker_to_the_last_consumer()
    {
        var product = await store.CreateProductAsync();
        var customer = await store.Clients.CustomerAsync();
        using var added = await customer.Http.PostAsJsonAsync(
            "/api/cart/items", new { product_id = product.Id, quantity = 1 }, Cancelled);
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);

        var seen = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TraceId.ToHexString() == TraceId)
                    seen.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);

        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/orders");
        request.Headers.Add("traceparent", $"00-{TraceId}-00f067aa0ba902b7-01");
        request.Headers.Add("Prefer", "wait=10");
        using var response = await customer.Http.SendAsync(request, Cancelled);
        var order = await response.ReadAsync<OrderResponse>(HttpStatusCode.Created);

        Assert.Equal(StockState.Reserved, order.StockState);
        await Eventually.AssertAsync(() =>
        {
            // In products, the taking of stock; in orders, the news of it: the last consumer.
            var consumed = seen.Where(activity => activity.Kind == ActivityKind.Consumer)
                .Select(activity => activity.DisplayName)
                .ToList();
            Assert.Contains(consumed, name => name.Contains("order.created", StringComparison.Ordinal));
            Assert.Contains(consumed, name => name.Contains("stock.reserved", StringComparison.Ordinal));
            return Task.CompletedTask;
        });
        // Remembered with the order: what exporters get is forgotten sooner than one asks.
        Assert.Equal(TraceId, await StoreFixture.ScalarAsync<string>(
            store.Databases.Orders, $"select trace_id from order_history where order_id = '{order.Id}'"));
    }
}
