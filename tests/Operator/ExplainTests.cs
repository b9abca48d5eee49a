using System.Net;
using GoCart.Cli;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using GoCart.Tests.Cli;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Operator;

/// <summary>How an order and a stock came to be as they are.</summary>
public sealed class ExplainTests(OperatedStore store) : IClassFixture<OperatedStore>
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Fact]
    public async Task The_timeline_of_an_order_goes_through_all_services()
    {
        var product = await store.CreateProductAsync(stock: 10);
        var customer = await store.Clients.CustomerAsync();
        var order = await OperatedStore.OrderAsync(customer, product.Id, 3);
        await OperatedStore.CancelAsync(customer, order.Id);
        await store.SettleAsync();
        // Nobody listens to traces here.
        await StoreFixture.ScalarAsync<int>(
            store.Databases.Orders,
            $"update outbox set trace_parent = '00-{TraceId}-00f067aa0ba902b7-01' where body->>'order_id' = '{order.Id}'");

        var timeline = await TimelineAsync(order.Id);

        Assert.Empty(timeline.Missing);
        Assert.Equal(timeline.Entries.OrderBy(entry => entry.At), timeline.Entries);
        Assert.Equal(
            [
                "carts event_handled order.created", "orders cancelled requested_by_customer", "orders event_handled stock.reserved",
                "orders event_sent order.cancelled", "orders event_sent order.created", "orders event_written order.cancelled",
                "orders event_written order.created", "orders placed ", "products event_handled order.cancelled",
                "products event_handled order.created", "products event_sent stock.reserved", "products event_written stock.reserved",
                $"products stock_given_back 3 of product {product.Id}", $"products stock_taken 3 of product {product.Id}",
            ],
            timeline.Entries.Where(entry => entry.What != "items_left_cart")
                .Select(entry => $"{entry.Service} {entry.What} {entry.Detail}").Order(StringComparer.Ordinal));
        Assert.Single(timeline.Entries, entry => (entry.Service, entry.What) == ("carts", "items_left_cart"));
        Assert.All(
            timeline.Entries.Where(entry => entry.What is "placed" or "cancelled"),
            entry => Assert.Equal(("customer", customer.Id), (entry.Actor, entry.ActorId)));
        Assert.Equal(4, timeline.Entries.Count(entry => (entry.Service, entry.TraceId) == ("orders", TraceId)));
    }

    [Fact]
    public async Task A_timeline_names_who_moved_an_order_on_unless_the_previous_release_wrote_it()
    {
        var admin = await store.Clients.AdminAsync();
        var order = await store.OrderAsync((await store.CreateProductAsync()).Id);
        foreach (var status in (string[])["paid", "shipped"])
        {
            using var moved = await admin.Http.PatchAsJsonAsync($"/admin/orders/{order.Id}", new { status });
            Assert.Equal(HttpStatusCode.OK, moved.StatusCode);
        }
        await StoreFixture.ScalarAsync<int>(
            store.Databases.Orders, $"update order_history set actor = null where order_id = '{order.Id}' and status = 'shipped'");

        var timeline = await TimelineAsync(order.Id);

        Assert.Equal(("admin", admin.Id), Of("paid"));
        Assert.Equal(("admin", null), Of("shipped"));

        (string?, Guid?) Of(string status)
        {
            var entry = timeline.Entries.Single(entry => entry.What == status);
            return (entry.Actor, entry.ActorId);
        }
    }

    [Fact]
    public async Task A_rejected_order_says_what_it_wanted()
    {
        var order = await store.OrderAsync((await store.CreateProductAsync()).Id);
        await store.SettleAsync();
        await StoreFixture.ScalarAsync<int>(
            store.Databases.Products,
            $$"""
            update order_stock set state = 'rejected', decided_after = 0,
                shortages = '[{"product_id": "{{order.Items[0].ProductId}}", "requested": 1, "available": 0}]'
            where order_id = '{{order.Id}}'
            """);

        var timeline = await TimelineAsync(order.Id);
        await StoreFixture.ScalarAsync<int>(
            store.Databases.Products, $"update order_stock set state = 'reserved', shortages = null where order_id = '{order.Id}'");

        Assert.Contains(
            $"{order.Items[0].ProductId}", timeline.Entries.Single(entry => entry.What == "stock_rejected").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_away_is_named_and_the_rest_is_shown()
    {
        var order = await store.OrderAsync((await store.CreateProductAsync()).Id);
        await store.SettleAsync();

        await store.Products.StopAsync();
        var timeline = await TimelineAsync(order.Id);
        store.Products.Start();
        await store.Clients.WaitUntilReadyAsync();

        Assert.Equal(["products"], timeline.Missing);
        Assert.Contains(timeline.Entries, entry => (entry.Service, entry.What) == ("orders", "placed"));
        Assert.DoesNotContain(timeline.Entries, entry => entry.Service == "products");
    }

    [Fact]
    public async Task Only_staff_get_a_timeline_here_and_in_the_services()
    {
        var customer = await store.Clients.CustomerAsync();
        var order = await OperatedStore.OrderAsync(customer, (await store.CreateProductAsync()).Id);

        foreach (var service in (RunningService[])[store.Products, store.Carts])
        {
            using var client = service.CreateClient();
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/internal/orders/{order.Id}/timeline?cart_id={order.Id}&cart_version=1");
            request.Headers.Authorization = new("Bearer", customer.AccessToken);
            using var answer = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
        var admin = await store.Clients.AdminAsync();
        using var unknown = await admin.Http.GetAsync(new Uri($"/admin/orders/{Guid.NewGuid()}/timeline", UriKind.Relative));
        await unknown.AssertProblemAsync(HttpStatusCode.NotFound, "order_not_found");
    }

    [Fact]
    public async Task The_stock_of_an_earlier_time_is_that_of_its_ledger_then()
    {
        var product = await store.CreateProductAsync(stock: 10);
        await store.OrderAsync(product.Id, 3);
        await store.SettleAsync();
        await StoreFixture.ScalarAsync<int>(
            store.Databases.Products,
            $"update stock_ledger set at = at - interval '1 hour' where product_id = '{product.Id}' and kind = 'initial'");

        var then = await LedgerAsync(product.Id, "?at=" + DateTimeOffset.UtcNow.AddMinutes(-30).ToString("yyyy-MM-ddTHH:mm:ssZ"));
        var now = await LedgerAsync(product.Id, "?at=9999-01-01T00:00:00Z");
        var older = await LedgerAsync(product.Id, "?at=9999-01-01T00:00:00Z&limit=1");
        var plain = await LedgerAsync(product.Id, "");

        Assert.Equal([("initial", 10)], then.Select(entry => (entry.Kind, entry.Stock ?? -1)));
        Assert.Equal([("sale", 7), ("initial", 10)], now.Select(entry => (entry.Kind, entry.Stock ?? -1)));
        Assert.Equal([("sale", 7)], older.Select(entry => (entry.Kind, entry.Stock ?? -1)));
        Assert.All(plain, entry => Assert.Null(entry.Stock));
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2026-01-15")]
    [InlineData("2026-01-15T09:30:00")]
    public async Task A_time_has_a_zone(string at)
    {
        var product = await store.CreateProductAsync();
        var admin = await store.Clients.AdminAsync();

        using var answer = await admin.Http.GetAsync(new Uri($"/admin/products/{product.Id}/stock?at={at}", UriKind.Relative));

        await answer.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task The_client_explains_both()
    {
        var product = await store.CreateProductAsync(stock: 10);
        var order = await store.OrderAsync(product.Id, 3);
        await store.SettleAsync();
        using var terminal = new TestTerminal(store.Gateway.Address);
        (await terminal.RunWithInputAsync("admin123\n", "login", "admin@example.com", "--password-stdin")).Succeeded();

        var explained = (await terminal.RunAsync("explain", "order", $"{order.Id}")).Succeeded();
        var stock = (await terminal.RunAsync("explain", "stock", $"{product.Id}")).Succeeded();
        var before = await terminal.RunAsync("explain", "stock", $"{product.Id}", "--at", "2001-01-01T00:00:00Z");

        Assert.Contains("stock taken", explained.Out, StringComparison.Ordinal);
        Assert.Contains("event handled", explained.Out, StringComparison.Ordinal);
        Assert.Matches(@"sale\s.*-3.*7", stock.Out);
        Assert.Equal(ExitCode.NotFound, before.ExitCode);
    }

    private async Task<OrderTimeline> TimelineAsync(Guid orderId)
    {
        var admin = await store.Clients.AdminAsync();
        using var answer = await admin.Http.GetAsync(new Uri($"/admin/orders/{orderId}/timeline", UriKind.Relative));
        return await answer.ReadAsync<OrderTimeline>(HttpStatusCode.OK);
    }

    private async Task<List<StockLedgerEntry>> LedgerAsync(Guid productId, string query)
    {
        var admin = await store.Clients.AdminAsync();
        using var answer = await admin.Http.GetAsync(new Uri($"/admin/products/{productId}/stock{query}", UriKind.Relative));
        return await answer.ReadAsync<List<StockLedgerEntry>>(HttpStatusCode.OK);
    }
}
