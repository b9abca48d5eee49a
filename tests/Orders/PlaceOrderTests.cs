using System.Net;
using GoCart.Contracts.Orders;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Orders;

public sealed class PlaceOrderTests(StoreFixture store) : IClassFixture<StoreFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_route_without_a_body_takes_an_empty_one_of_type_JSON()
    {
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync());

        using var placed = await customer.CheckOutAsync(body: "");
        var order = await placed.ReadAsync<OrderResponse>(HttpStatusCode.Created);
        using var cancel = new HttpRequestMessage(HttpMethod.Delete, $"/api/orders/{order.Id}");
        cancel.Content = new StringContent("", System.Text.Encoding.UTF8, "application/json");
        using var cancelled = await customer.Http.SendAsync(cancel);

        Assert.Equal(OrderStatus.Cancelled, (await cancelled.ReadAsync<OrderResponse>()).Status);
    }

    [Fact]
    public async Task The_cart_becomes_an_order_and_the_order_gets_its_stock()
    {
        var customer = await store.Clients.CustomerAsync();
        var tea = await store.CreateProductAsync(stock: 10, priceCents: 450, name: "Tea");
        var pot = await store.CreateProductAsync(stock: 5, priceCents: 2999, name: "Pot");
        await customer.AddToCartAsync(tea, 3);
        await customer.AddToCartAsync(pot);

        using var response = await customer.CheckOutAsync();

        var order = await response.ReadAsync<OrderResponse>(HttpStatusCode.Created);
        Assert.Equal($"/api/orders/{order.Id}", response.Headers.Location?.ToString());
        Assert.Equal("\"1\"", response.Headers.ETag?.Tag);
        Assert.Equal((customer.Id, OrderStatus.Pending, 4349, "USD"), (order.UserId, order.Status, order.TotalCents, order.Currency));
        Assert.Equal(
            [(tea.Id, "Tea", 3, 450L, 1350L), (pot.Id, "Pot", 1, 2999L, 2999L)],
            order.Items.Select(item => (item.ProductId, item.Name, item.Quantity, item.PriceCents, item.LineTotalCents)));
        Assert.Null(order.Rejection);
        Assert.Equal(new OrderHistoryEntry(OrderStatus.Pending, order.CreatedAt, null), Assert.Single(order.History));

        Assert.Empty((await customer.GetCartAsync()).Items);
        await Eventually.AssertAsync(async () =>
            Assert.Equal(StockState.Reserved, (await customer.ReadOrderAsync(order.Id)).StockState));
        Assert.Equal((7, 4), (await store.StockAsync(tea), await store.StockAsync(pot)));
    }

    [Fact]
    public async Task What_is_told_is_what_is_read_later()
    {
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync());

        var told = await customer.OrderAsync(prefer: "wait=10");

        Assert.Equivalent(told, await customer.ReadOrderAsync(told.Id), strict: true);
    }

    [Fact]
    public async Task An_empty_cart_is_no_order()
    {
        var customer = await store.Clients.CustomerAsync();

        using var without = await customer.CheckOutAsync(key: "empty");
        await without.AssertProblemAsync(HttpStatusCode.BadRequest, "cart_empty");

        await customer.AddToCartAsync(await store.CreateProductAsync());
        await customer.OrderAsync();
        using var emptied = await customer.CheckOutAsync();
        await emptied.AssertProblemAsync(HttpStatusCode.BadRequest, "cart_empty");
    }

    [Fact]
    public async Task The_expected_total_is_honoured()
    {
        var customer = await store.Clients.CustomerAsync();
        var product = await store.CreateProductAsync(priceCents: 1000);
        await customer.AddToCartAsync(product, 2);
        var admin = await store.Clients.AdminAsync();
        await admin.ChangeProductAsync(product, new { price_cents = 1100 });

        using var changed = await customer.CheckOutAsync(new { expected_total_cents = 2000 }, key: "total");

        var problem = await changed.AssertProblemAsync(HttpStatusCode.Conflict, "price_changed");
        Assert.Equal(2200, problem.GetProperty("total_cents").GetInt64());
        var item = Assert.Single(problem.GetProperty("items").EnumerateArray());
        Assert.Equal((product.Id, 2, 1100), (item.GetProperty("product_id").GetGuid(), item.GetProperty("quantity").GetInt32(), item.GetProperty("price_cents").GetInt32()));
        await store.AssertNothingStoredAsync(customer);

        using var right = await customer.CheckOutAsync(new { expected_total_cents = 2200 }, key: "total");
        Assert.Equal(2200, (await right.ReadAsync<OrderResponse>(HttpStatusCode.Created)).TotalCents);
    }

    [Theory]
    [InlineData("""{"expected_total_cents": -1}""")]
    [InlineData("""{"expected_total_cents": 9223372036854775808}""")]
    [InlineData("""{"expected_total_cents": 1.5}""")]
    [InlineData("""{"expected_total_cents": "1"}""")]
    [InlineData("""{"expected_total_cents": null}""")]
    [InlineData("""{"expected_total_cents": 1, "user_id": "x"}""")]
    [InlineData("""{"expected_total_cents": 1, "expected_total_cents": 1}""")]
    [InlineData("""{"Expected_total_cents": 1}""")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task A_body_that_is_not_as_documented_is_refused(string body)
    {
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync());

        using var response = await customer.CheckOutAsync(body);

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
        await store.AssertNothingStoredAsync(customer);
    }

    [Fact]
    public async Task An_empty_body_of_type_json_is_no_body()
    {
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync());

        using var response = await customer.CheckOutAsync("");

        await response.ReadAsync<OrderResponse>(HttpStatusCode.Created);
    }

    [Fact]
    public async Task What_is_no_longer_on_sale_is_named()
    {
        var customer = await store.Clients.CustomerAsync();
        var gone = await store.CreateProductAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync());
        await customer.AddToCartAsync(gone);
        var admin = await store.Clients.AdminAsync();
        using var deleted = await admin.Http.DeleteAsync(new Uri($"/admin/products/{gone.Id}", UriKind.Relative), Cancelled);

        using var response = await customer.CheckOutAsync(key: "gone");

        var problem = await response.AssertProblemAsync(HttpStatusCode.Conflict, "product_unavailable");
        Assert.Equal([gone.Id], problem.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("product_id").GetGuid()));
        await store.AssertNothingStoredAsync(customer);
    }

    [Fact]
    public async Task What_there_is_too_little_of_is_named()
    {
        var customer = await store.Clients.CustomerAsync();
        var scarce = await store.CreateProductAsync(stock: 5, name: "Scarce");
        await customer.AddToCartAsync(await store.CreateProductAsync());
        await customer.AddToCartAsync(scarce, 4);
        await (await store.Clients.AdminAsync()).ChangeProductAsync(scarce, new { stock = 3 });

        using var response = await customer.CheckOutAsync(key: "scarce");

        var problem = await response.AssertProblemAsync(HttpStatusCode.Conflict, "insufficient_stock");
        var item = Assert.Single(problem.GetProperty("items").EnumerateArray());
        Assert.Equal(
            (scarce.Id, "Scarce", 4, 3),
            (item.GetProperty("product_id").GetGuid(), item.GetProperty("name").GetString(),
                item.GetProperty("requested").GetInt32(), item.GetProperty("available").GetInt32()));
        await store.AssertNothingStoredAsync(customer);
    }

    [Fact]
    public async Task Twenty_clicks_at_once_make_one_order()
    {
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync(stock: 1));

        var responses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => customer.CheckOutAsync()));

        var orders = new List<OrderResponse>();
        foreach (var response in responses)
        {
            // Too late for the cart, or early enough to find the order.
            if (response.StatusCode == HttpStatusCode.BadRequest)
                await response.AssertProblemAsync(HttpStatusCode.BadRequest, "cart_empty");
            else
                orders.Add(await response.ReadAsync<OrderResponse>(
                    response.StatusCode == HttpStatusCode.Created ? HttpStatusCode.Created : HttpStatusCode.OK));
        }
        Assert.Single(responses, response => response.StatusCode == HttpStatusCode.Created);
        Assert.Single(orders.Select(order => order.Id).Distinct());
        Assert.Equal(1, await store.CountOrdersAsync(customer));
        Assert.Equal(1, await store.CountEventsAsync(orders[0].Id, OrderCreated.Type));
    }

    [Fact]
    public async Task An_order_waits_for_its_stock_if_the_client_prefers_to()
    {
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync());

        using var response = await customer.CheckOutAsync(prefer: "respond-async, wait=10");

        var order = await response.ReadAsync<OrderResponse>(HttpStatusCode.Created);
        Assert.Equal((OrderStatus.Pending, StockState.Reserved), (order.Status, order.StockState));
        Assert.Equal("wait=10", Assert.Single(response.Headers.GetValues("Preference-Applied")));
        Assert.Equal("\"2\"", response.Headers.ETag?.Tag);
    }

    [Theory]
    [InlineData("wait=0")]
    [InlineData("wait=11")]
    [InlineData("wait=-1")]
    [InlineData("wait")]
    [InlineData("wait=soon")]
    [InlineData("=;,\"")]
    public async Task A_preference_that_is_not_valid_is_ignored(string prefer)
    {
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync());

        using var response = await customer.CheckOutAsync(prefer: prefer);

        await response.ReadAsync<OrderResponse>(HttpStatusCode.Created);
        Assert.False(response.Headers.Contains("Preference-Applied"));
    }

    [Fact]
    public async Task The_prices_of_an_order_are_of_one_moment()
    {
        // Always changed in this order, to the same price: an order with a newer second than first price mixes two moments.
        var first = await store.CreateProductAsync(stock: 1000, priceCents: 1);
        var second = await store.CreateProductAsync(stock: 1000, priceCents: 1);
        var admin = await store.Clients.AdminAsync();
        var customers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => store.Clients.CustomerAsync()));
        using var enough = new CancellationTokenSource();
        var changing = ChangePricesAsync();

        var orders = await Task.WhenAll(customers.Select(async customer =>
        {
            var placed = new List<OrderResponse>();
            for (var i = 0; i < 10; i++)
            {
                await customer.AddToCartAsync(first);
                await customer.AddToCartAsync(second);
                placed.Add(await customer.OrderAsync());
            }
            return placed;
        }));
        await enough.CancelAsync();
        await changing;

        Assert.All(orders.SelectMany(placed => placed), order =>
        {
            Assert.True(PriceOf(order, first.Id) >= PriceOf(order, second.Id));
            Assert.Equal(order.Items.Sum(item => item.PriceCents * item.Quantity), order.TotalCents);
        });

        async Task ChangePricesAsync()
        {
            for (var price = 2; !enough.IsCancellationRequested; price++)
            {
                await admin.ChangeProductAsync(first, new { price_cents = price });
                await admin.ChangeProductAsync(second, new { price_cents = price });
            }
        }

        static long PriceOf(OrderResponse order, Guid productId) => order.Items.Single(item => item.ProductId == productId).PriceCents;
    }

    [Fact]
    public async Task An_order_keeps_its_names_and_prices()
    {
        var customer = await store.Clients.CustomerAsync();
        var product = await store.CreateProductAsync(priceCents: 500, name: "Old name");
        var order = await customer.OrderWithStockAsync(product);
        await (await store.Clients.AdminAsync()).ChangeProductAsync(product, new { name = "New name", price_cents = 900 });

        var item = Assert.Single((await customer.ReadOrderAsync(order.Id)).Items);

        Assert.Equal(("Old name", 500L), (item.Name, item.PriceCents));
    }

    [Fact]
    public async Task Nobody_orders_without_signing_in()
    {
        using var anonymous = store.Clients.Anonymous();

        using var response = await anonymous.PostAsync(new Uri("/api/orders", UriKind.Relative), null, Cancelled);

        await response.AssertProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
    }
}
