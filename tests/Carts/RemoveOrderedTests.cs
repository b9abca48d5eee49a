using System.Net;
using System.Net.Http.Headers;
using GoCart.Contracts.Carts;
using GoCart.Contracts.Orders;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Carts;

[Collection(nameof(CartStoreCollection))]
public sealed class RemoveOrderedTests(CartStore store)
{
    private static readonly Uri Contents = new("/internal/cart", UriKind.Relative);
    private static readonly Uri Ordered = new("/internal/cart/ordered", UriKind.Relative);

    [Fact]
    public async Task The_contents_of_a_cart_are_its_items_and_versions()
    {
        var customer = await store.CustomerAsync();
        var first = await store.CreateProductAsync();
        var second = await store.CreateProductAsync();

        var none = await ContentsAsync(customer);
        await customer.AddAsync(first.Id, 2);
        await customer.AddAsync(second.Id, 3);
        var some = await ContentsAsync(customer);

        Assert.Equal((null, 0, 0), (none.Id, none.Version, none.OrderedVersion));
        Assert.Empty(none.Items);
        Assert.Equal(((await customer.GetCartAsync()).Id, 2, 0), (some.Id, some.Version, some.OrderedVersion));
        Assert.Equal([new(first.Id, 2), new(second.Id, 3)], some.Items);
    }

    [Fact]
    public async Task What_was_ordered_leaves_the_cart_once_however_often_it_is_told()
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync();
        await customer.AddAsync(product.Id, 2);
        var order = OrderOf(customer, await ContentsAsync(customer));

        using var first = await CallAsync(customer, order);
        await customer.AddAsync(product.Id, 3);
        using var second = await CallAsync(customer, order);
        await TellTwiceAsync(order);

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (first.StatusCode, second.StatusCode));
        var contents = await ContentsAsync(customer);
        Assert.Equal([new(product.Id, 3)], contents.Items);
        Assert.Equal((3, 1), (contents.Version, contents.OrderedVersion));
    }

    [Fact]
    public async Task The_event_alone_removes_what_was_ordered()
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync();
        await customer.AddAsync(product.Id, 2);
        var order = OrderOf(customer, await ContentsAsync(customer));

        await TellTwiceAsync(order);
        using var call = await CallAsync(customer, order);

        Assert.Equal(HttpStatusCode.NoContent, call.StatusCode);
        var contents = await ContentsAsync(customer);
        Assert.Empty(contents.Items);
        Assert.Equal((2, 1), (contents.Version, contents.OrderedVersion));
    }

    [Fact]
    public async Task What_was_added_after_checkout_began_stays()
    {
        var customer = await store.CustomerAsync();
        var more = await store.CreateProductAsync();
        var again = await store.CreateProductAsync();
        var other = await store.CreateProductAsync();
        var gone = await store.CreateProductAsync();
        await customer.AddAsync(more.Id, 2);
        var item = await customer.AddAsync(again.Id, 2);
        await customer.AddAsync(gone.Id, 1);
        var order = OrderOf(customer, await ContentsAsync(customer));

        await customer.AddAsync(more.Id, 1);
        using var removed = await customer.Http.DeleteAsync(CartSteps.Item(item.Id));
        await customer.AddAsync(again.Id, 2);
        await customer.AddAsync(other.Id, 4);
        using var called = await CallAsync(customer, order);

        var contents = await ContentsAsync(customer);
        Assert.Equal([new(more.Id, 1), new(again.Id, 2), new(other.Id, 4)], contents.Items);
    }

    [Fact]
    public async Task An_order_of_a_cart_that_was_cleared_meanwhile_changes_nothing_more()
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync();
        await customer.AddAsync(product.Id, 2);
        var order = OrderOf(customer, await ContentsAsync(customer));
        using var cleared = await customer.Http.DeleteAsync(CartSteps.Cart);

        using var called = await CallAsync(customer, order);

        var contents = await ContentsAsync(customer);
        Assert.Equal((2, 1), (contents.Version, contents.OrderedVersion));
    }

    [Fact]
    public async Task Of_many_orders_told_at_the_same_time_each_leaves_its_own_cart()
    {
        var product = await store.CreateProductAsync();
        var customers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => store.CustomerAsync()));
        await Task.WhenAll(customers.Select((customer, number) => customer.AddAsync(product.Id, number + 2)));
        var orders = await Task.WhenAll(customers.Select(async customer => OrderOf(customer, await ContentsAsync(customer))));
        await Task.WhenAll(customers.Select(customer => customer.AddAsync(product.Id, 1)));

        var calls = await Task.WhenAll(customers.Select((customer, number) =>
            CallAsync(customer, number == 5 ? orders[6] : orders[number])));

        Assert.Equal(
            customers.Select((_, number) => number == 5 ? HttpStatusCode.NotFound : HttpStatusCode.NoContent),
            calls.Select(call => call.StatusCode));
        foreach (var (customer, number) in customers.Select((customer, number) => (customer, number)))
            Assert.Equal(number == 5 ? 8 : 1, Assert.Single((await ContentsAsync(customer)).Items).Quantity);
        Array.ForEach(calls, call => call.Dispose());
    }

    [Fact]
    public async Task Nobody_can_empty_another_customers_cart()
    {
        var owner = await store.CustomerAsync();
        var other = await store.CustomerAsync();
        var product = await store.CreateProductAsync();
        await owner.AddAsync(product.Id, 2);
        await other.AddAsync(product.Id, 2);
        var order = OrderOf(owner, await ContentsAsync(owner));

        using var call = await CallAsync(other, order);
        await TellTwiceAsync(order with { UserId = other.Id });

        await call.AssertProblemAsync(HttpStatusCode.NotFound, "cart_not_found");
        Assert.Single((await owner.GetCartAsync()).Items);
        Assert.Single((await other.GetCartAsync()).Items);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(1, -1)]
    [InlineData(1, 1000)]
    public async Task An_order_that_cannot_be_is_refused(long version, int quantity)
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync();
        await customer.AddAsync(product.Id, 2);
        var order = OrderOf(customer, await ContentsAsync(customer));

        using var call = await CallAsync(
            customer, order with { CartVersion = version, Items = [new(product.Id, quantity)] });

        await call.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
        Assert.Single((await customer.GetCartAsync()).Items);
    }

    [Theory]
    [InlineData("[null]")]
    [InlineData("[]")]
    [InlineData("""[{"product_id":"00000000-0000-0000-0000-000000000000","quantity":1}]""")]
    public async Task Items_that_are_none_are_refused(string items)
    {
        var customer = await store.CustomerAsync();
        using var carts = SignedIn(customer);
        using var body = new StringContent(
            $$"""{"cart_id":"{{Guid.NewGuid()}}","cart_version":1,"order_id":"{{Guid.NewGuid()}}","items":{{items}}}""",
            mediaType: new("application/json"));

        using var call = await carts.PostAsync(Ordered, body);

        await call.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task A_version_ordered_before_the_database_was_restored_is_left_behind()
    {
        var customer = await store.CustomerAsync();
        var ordered = await store.CreateProductAsync();
        var kept = await store.CreateProductAsync();
        await customer.AddAsync(ordered.Id, 2);
        await customer.AddAsync(kept.Id, 1);
        var cart = await ContentsAsync(customer);
        var order = OrderOf(customer, cart) with { CartVersion = 7, Items = [new(ordered.Id, 2)] };

        using var call = await CallAsync(customer, order);
        await TellTwiceAsync(order);

        Assert.Equal(HttpStatusCode.NoContent, call.StatusCode);
        var contents = await ContentsAsync(customer);
        Assert.Equal([new(kept.Id, 1)], contents.Items);
        Assert.Equal((8, 7), (contents.Version, contents.OrderedVersion));
    }

    [Fact]
    public async Task A_version_used_a_second_time_after_the_database_was_restored_is_left_behind_too()
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync();
        await customer.AddAsync(product.Id, 2);
        var order = OrderOf(customer, await ContentsAsync(customer)) with { Items = [new(Guid.NewGuid(), 1)] };

        using var call = await CallAsync(customer, order);

        var contents = await ContentsAsync(customer);
        Assert.Equal([new(product.Id, 2)], contents.Items);
        Assert.Equal((2, 1), (contents.Version, contents.OrderedVersion));
    }

    [Fact]
    public async Task A_version_that_no_cart_can_have_had_was_not_ordered()
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync();
        await customer.AddAsync(product.Id, 2);
        var order = OrderOf(customer, await ContentsAsync(customer)) with { CartVersion = long.MaxValue };

        using var call = await CallAsync(customer, order);
        await TellTwiceAsync(order);

        await call.AssertProblemAsync(HttpStatusCode.NotFound, "cart_not_found");
        var contents = await ContentsAsync(customer);
        Assert.Equal([new(product.Id, 2)], contents.Items);
        Assert.Equal((1, 0), (contents.Version, contents.OrderedVersion));
    }

    [Fact]
    public async Task Orders_of_many_carts_are_told_in_any_order_and_each_empties_its_own()
    {
        var products = await store.CreateProductsAsync(3);
        var customers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => store.CustomerAsync()));
        var orders = new List<OrderCreated>();
        foreach (var customer in customers)
        {
            foreach (var product in products)
                await customer.AddAsync(product.Id, 2);
            orders.Add(OrderOf(customer, await ContentsAsync(customer)));
            await customer.AddAsync(products[1].Id, 1);
        }

        await using var events = await OrderEvents.ConnectAsync(store.VirtualHost);
        var handled = await HandledAsync();
        var told = Shuffling.Shuffle(orders.Concat(orders).Concat(orders));
        await Task.WhenAll(told.Select(order => events.PublishAsync(order)));

        foreach (var customer in customers)
        {
            await Eventually.AssertAsync(async () =>
                Assert.Equal([new(products[1].Id, 1)], (await ContentsAsync(customer)).Items));
        }
        await AllHandledAsync(handled + told.Length);
        foreach (var customer in customers)
            Assert.Equal([new(products[1].Id, 1)], (await ContentsAsync(customer)).Items);
    }

    [Fact]
    public async Task Additions_during_the_removal_are_neither_lost_nor_removed()
    {
        var customer = await store.CustomerAsync();
        var product = await store.CreateProductAsync(stock: 1000);
        await customer.AddAsync(product.Id, 5);
        var order = OrderOf(customer, await ContentsAsync(customer));
        await using var events = await OrderEvents.ConnectAsync(store.VirtualHost);
        var handled = await HandledAsync();

        await Task.WhenAll(
        [
            .. Enumerable.Range(0, 10).Select(_ => customer.AddAsync(product.Id, 2)),
            .. Enumerable.Range(0, 5).Select(_ => CallAsync(customer, order)),
            .. Enumerable.Range(0, 5).Select(_ => events.PublishAsync(order)),
        ]);
        await AllHandledAsync(handled + 5);

        Assert.Equal([new(product.Id, 20)], (await ContentsAsync(customer)).Items);
    }

    [Fact]
    public async Task The_internal_routes_need_the_customers_token()
    {
        using var anonymous = store.Carts.CreateClient();

        using var read = await anonymous.GetAsync(Contents);
        using var write = await anonymous.PostAsJsonAsync(Ordered, new { });

        await read.AssertProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
        await write.AssertProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    /// <summary>Under two message ids, and waits until the service has handled both.</summary>
    private async Task TellTwiceAsync(OrderCreated order)
    {
        await using var events = await OrderEvents.ConnectAsync(store.VirtualHost);
        var handled = await HandledAsync();
        var messageId = Guid.NewGuid();
        await events.PublishAsync(order, messageId);
        await events.PublishAsync(order, messageId);
        await events.PublishAsync(order);
        await AllHandledAsync(handled + 2);
    }

    private Task AllHandledAsync(long count) =>
        Eventually.AssertAsync(async () => Assert.True(await HandledAsync() >= count));

    private Task<long> HandledAsync() =>
        CartStore.ScalarAsync<long>(store.Databases.Carts, "select count(*) from inbox");

    private async Task<CartContents> ContentsAsync(StoreUser customer)
    {
        using var carts = SignedIn(customer);
        using var response = await carts.GetAsync(Contents);
        return await response.ReadAsync<CartContents>();
    }

    private async Task<HttpResponseMessage> CallAsync(StoreUser customer, OrderCreated order)
    {
        using var carts = SignedIn(customer);
        return await carts.PostAsJsonAsync(Ordered, new
        {
            cart_id = order.CartId,
            cart_version = order.CartVersion,
            order_id = order.OrderId,
            items = order.Items.Select(item => new { product_id = item.ProductId, quantity = item.Quantity }),
        });
    }

    /// <summary>Speaks to carts itself, as the orders service does: the gateway lets nobody through.</summary>
    private HttpClient SignedIn(StoreUser customer)
    {
        var http = store.Carts.CreateClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", customer.AccessToken);
        return http;
    }

    private static OrderCreated OrderOf(StoreUser customer, CartContents cart) => new(
        Guid.CreateVersion7(), customer.Id, cart.Id ?? Guid.Empty, cart.Version,
        [.. cart.Items.Select(item => new OrderedItem(item.ProductId, item.Quantity))],
        100, "USD", DateTimeOffset.UnixEpoch);
}
