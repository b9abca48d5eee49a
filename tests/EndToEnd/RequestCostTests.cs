using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using GoCart.Contracts.Orders;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.EndToEnd;

/// <summary>
/// What a request costs, counted and not timed, so that it is the same on every machine: statements sent to a database, and
/// bytes allocated by the whole store and its client together. Who makes a route cheaper lowers its figures here.
/// </summary>
[Collection(MeasuresTime.Name)]
public sealed class RequestCostTests(StoreFixture store, ITestOutputHelper output) : IClassFixture<StoreFixture>
{
    private const int Batches = 10;
    private const int RequestsOfBatch = 50;
    private const double Growth = 1.10;
    private const int PageSize = 20;

    private static readonly string UnknownProduct = $"/api/products/{Guid.CreateVersion7()}";

    /// <summary>With what follows, a line of the cart holds no more than its 999.</summary>
    private const int MostAdded = 400;

    /// <summary>Code that has not been compiled for good allocates more, and the compiler takes its time, whatever the number of calls.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData("GET one product", 0, 10_000)]
    [InlineData("GET a page of products", 0, 21_300)]
    [InlineData("GET an unknown product", 0, 10_000)]
    [InlineData("GET the cart", 2, 53_000)]
    [InlineData("add to the cart", 2, 62_800)]
    [InlineData("GET one order", 1, 35_000)]
    [InlineData("place an order", 5, 243_000)]
    public async Task A_request_costs_no_more_than_it_did(string route, int statements, long bytes)
    {
        var product = await store.CreateProductAsync(stock: 1_000_000);
        var customer = await store.Clients.CustomerAsync();
        await AddAsync(customer);
        using var placed = await customer.Http.PostAsync(new Uri("/api/orders", UriKind.Relative), content: null);
        var order = await placed.ReadAsync<OrderResponse>(HttpStatusCode.Created);
        await AddAsync(customer);
        // A full page, in whatever order the tests of this store are run.
        for (var count = 0; route == "GET a page of products" && count < PageSize; count++)
            await store.CreateProductAsync(stock: 1_000_000);
        Func<Task<HttpRequestMessage>> next = route switch
        {
            "GET one product" => () => Get($"/api/products/{product.Id}"),
            "GET a page of products" => () => Get($"/api/products?limit={PageSize}"),
            "GET an unknown product" => () => Get(UnknownProduct),
            "GET the cart" => () => Get("/api/cart"),
            "GET one order" => () => Get($"/api/orders/{order.Id}"),
            "add to the cart" => () => Task.FromResult(Add()),
            _ => PlaceAsync,
        };

        async Task<HttpRequestMessage> PlaceAsync()
        {
            await AddAsync(customer);
            return new HttpRequestMessage(HttpMethod.Post, "/api/orders");
        }

        var started = Stopwatch.GetTimestamp();
        for (var i = 0; Stopwatch.GetElapsedTime(started) < WarmUp && (i < MostAdded || route.StartsWith("GET", StringComparison.Ordinal)); i++)
            await SendAsync(customer, await next());
        // The cheapest, as for the bytes: what is kept in memory is read from the database again now and then.
        var counted = int.MaxValue;
        for (var request = 0; request < Batches; request++)
            counted = Math.Min(counted, await CountStatementsAsync(customer, next));
        var allocated = await AllocatedAsync(customer, next);

        var cost = string.Create(CultureInfo.InvariantCulture, $"{route}: {counted} statements, {allocated} bytes; so far {statements} and {bytes}.");
        output.WriteLine(cost);
        Assert.True(counted <= statements && allocated <= bytes * Growth, cost);

        static Task<HttpRequestMessage> Get(string path) => Task.FromResult(new HttpRequestMessage(HttpMethod.Get, path));

        HttpRequestMessage Add() => new(HttpMethod.Post, "/api/cart/items")
        {
            Content = JsonContent.Create(new { product_id = product.Id, quantity = 1 }),
        };

        async Task AddAsync(StoreUser buyer) => await SendAsync(buyer, Add());
    }

    [Fact]
    public async Task The_events_of_an_order_cost_no_more_statements_than_they_did()
    {
        var product = await store.CreateProductAsync(stock: 1_000);
        var customer = await store.Clients.CustomerAsync();

        // Of the cheapest: when the event overtakes the call that empties the cart, it has that to do as well.
        var least = int.MaxValue;
        for (var order = 0; order < Batches; order++)
            least = Math.Min(least, await CountStatementsOfEventsAsync(customer, product.Id));

        output.WriteLine($"{least} statements");
        Assert.True(least <= 8, $"{least} statements; so far 8.");
    }

    /// <summary>Places an order and waits until products and carts have handled order.created, and orders stock.reserved.</summary>
    private static async Task<int> CountStatementsOfEventsAsync(StoreUser customer, Guid productId)
    {
        await SendAsync(customer, new(HttpMethod.Post, "/api/cart/items")
        {
            Content = JsonContent.Create(new { product_id = productId, quantity = 1 }),
        });
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var statements = 0;
        var left = 3;
        var handled = new TaskCompletionSource();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TraceId.ToHexString() != trace)
                    return;
                if (activity.Source.Name == "Npgsql" && !IsOfRequest(activity))
                    Interlocked.Increment(ref statements);
                if (activity.Kind == ActivityKind.Consumer && Interlocked.Decrement(ref left) == 0)
                    handled.TrySetResult();
            },
        };
        ActivitySource.AddActivityListener(listener);

        await SendAsync(customer, new(HttpMethod.Post, "/api/orders")
        {
            Headers = { { "Prefer", "wait=10" }, { "traceparent", $"00-{trace}-00f067aa0ba902b7-01" } },
        });
        await handled.Task.WaitAsync(TimeSpan.FromSeconds(10));
        return Volatile.Read(ref statements);
    }

    private static async Task SendAsync(StoreUser customer, HttpRequestMessage request)
    {
        using (request)
        using (var response = await customer.Http.SendAsync(request))
        {
            var isExpected = request.RequestUri?.AbsolutePath == UnknownProduct
                ? response.StatusCode == HttpStatusCode.NotFound
                : response.IsSuccessStatusCode;
            Assert.True(isExpected, $"{response.StatusCode}");
            await response.Content.ReadAsByteArrayAsync();
        }
    }

    /// <summary>By the trace of the request, in which every statement of every service is a span.</summary>
    private static async Task<int> CountStatementsAsync(StoreUser customer, Func<Task<HttpRequestMessage>> next)
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var statements = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.Source.Name == "Npgsql" && activity.TraceId.ToHexString() == trace && IsOfRequest(activity))
                    statements.Enqueue(activity.DisplayName);
            },
        };
        var request = await next();
        ActivitySource.AddActivityListener(listener);
        request.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
        await SendAsync(customer, request);
        return statements.Count;
    }

    /// <summary>What events do later is another matter.</summary>
    private static bool IsOfRequest(Activity activity)
    {
        for (var parent = activity; parent is not null; parent = parent.Parent)
        {
            if (parent.Kind == ActivityKind.Consumer)
                return false;
        }
        return true;
    }

    /// <summary>
    /// Of one request, on average over the batch that cost least: what the services do beside it, such as their looks at the
    /// outbox, only ever adds, and the more the longer a machine takes.
    /// </summary>
    private static async Task<long> AllocatedAsync(StoreUser customer, Func<Task<HttpRequestMessage>> next)
    {
        var least = long.MaxValue;
        for (var batch = 0; batch < Batches; batch++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < RequestsOfBatch; i++)
                await SendAsync(customer, await next());
            var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            Assert.True(allocated > 0, $"{allocated} bytes: the count went back.");
            least = Math.Min(least, allocated);
        }
        return least / RequestsOfBatch;
    }
}
