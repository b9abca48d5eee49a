using System.Diagnostics;
using System.Net;
using GoCart.Contracts.Orders;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Orders;

/// <summary>Whatever goes away in the middle of a checkout: no order is lost, none is placed twice.</summary>
[Collection(MeasuresTime.Name)]
public sealed class CheckoutFailureTests(OrdersBehindLines store) : IClassFixture<OrdersBehindLines>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_frozen_products_service_makes_it_503_within_2_seconds_and_nothing_is_stored()
    {
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync());

        store.ProductsLine.Freeze();
        await AssertUnavailableAsync(customer, TimeSpan.FromSeconds(2));
        store.ProductsLine.Resume();

        await store.AssertNothingStoredAsync(customer);
        await customer.OrderAsync(at: store.Address);
    }

    [Fact]
    public async Task A_products_service_that_is_away_makes_it_503_at_once()
    {
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync());

        store.ProductsLine.Refuse();
        await AssertUnavailableAsync(customer, TimeSpan.FromSeconds(1));
        store.ProductsLine.Resume();

        await store.AssertNothingStoredAsync(customer);
    }

    [Fact]
    public async Task Carts_and_products_share_one_time_limit_and_other_routes_need_neither()
    {
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync());
        var order = await customer.OrderAsync(at: store.Address);
        await customer.AddToCartAsync(await store.CreateProductAsync());

        store.CartsLine.Freeze();
        store.ProductsLine.Freeze();
        await AssertUnavailableAsync(customer, TimeSpan.FromSeconds(2));
        using var read = await customer.GetOrderAsync(order.Id, store.Address);
        using var cancelled = await customer.CancelAsync(order.Id, store.Address);
        store.CartsLine.Resume();
        store.ProductsLine.Resume();

        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        Assert.Equal(OrderStatus.Cancelled, (await cancelled.ReadAsync<OrderResponse>()).Status);
        Assert.Equal(1, await store.CountOrdersAsync(customer));
    }

    [Fact]
    public async Task An_order_is_accepted_while_carts_is_away_at_the_commit_and_the_event_empties_the_cart()
    {
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync());

        await PlaceWhileCartsGoesAwayAsync(customer);

        await Eventually.AssertAsync(async () => Assert.Empty((await customer.GetCartAsync()).Items));
    }

    [Fact]
    public async Task What_was_ordered_is_not_ordered_again_when_carts_never_heard_of_it()
    {
        var customer = await store.Clients.CustomerAsync();
        var ordered = await store.CreateProductAsync();
        var added = await store.CreateProductAsync();
        await customer.AddToCartAsync(ordered, 2);
        await store.LoseTheClearingAsync(customer);
        await customer.AddToCartAsync(added);
        await customer.AddToCartAsync(ordered);

        var second = await customer.OrderAsync(at: store.Address);

        Assert.Equal(
            [(added.Id, 1), (ordered.Id, 1)],
            second.Items.Select(item => (item.ProductId, item.Quantity)).OrderBy(item => item.ProductId == ordered.Id));
        Assert.Empty((await customer.GetCartAsync()).Items);
        Assert.Equal(2, await store.CountOrdersAsync(customer));
    }

    [Fact]
    public async Task A_cart_restored_from_a_backup_is_ordered_again_with_what_is_new_in_it()
    {
        var customer = await store.Clients.CustomerAsync();
        var first = await store.CreateProductAsync();
        var second = await store.CreateProductAsync();
        var third = await store.CreateProductAsync();
        await customer.AddToCartAsync(first);
        var cartId = (await customer.GetCartAsync()).Id;
        await customer.OrderAsync(at: store.Address);
        await customer.AddToCartAsync(second);
        await customer.OrderAsync(at: store.Address);
        // Their events, too: an old one that came only to the restored cart would be a case of its own.
        var messages = await StoreFixture.ScalarAsync<string>(
            store.Databases.Orders,
            $"select string_agg(quote_literal(message_id), ',') from outbox where body->>'cart_id' = '{cartId}'");
        await Eventually.AssertAsync(async () => Assert.Equal(2, await StoreFixture.ScalarAsync<long>(
            store.Databases.Carts, $"select count(*) from inbox where message_id in ({messages})")));

        // As it was before anything was ordered; then the customer goes on, up to the version of the second order.
        await StoreFixture.ScalarAsync<bool>(store.Databases.Carts,
            $"""
            delete from ordered_carts where cart_id = '{cartId}';
            update carts set version = 1, ordered_version = 0 where id = '{cartId}';
            insert into cart_items (id, cart_id, product_id, name, price_cents, quantity, created_version)
            values (gen_random_uuid(), '{cartId}', '{first.Id}', 'First', 1999, 1, 1);
            """);
        await customer.AddToCartAsync(third);
        await customer.AddToCartAsync(third);
        var order = await customer.OrderAsync(at: store.Address);

        Assert.Equal([(third.Id, 2)], order.Items.Select(item => (item.ProductId, item.Quantity)));
        Assert.Empty((await customer.GetCartAsync()).Items);
        Assert.Equal(3, await store.CountOrdersAsync(customer));
    }

    [Fact]
    public async Task Nothing_is_ordered_while_carts_cannot_be_told_of_the_last_order()
    {
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync());
        await store.LoseTheClearingAsync(customer);
        await customer.AddToCartAsync(await store.CreateProductAsync());
        // Carts can be read, and does not come to the end of any change.
        await using var busy = new Npgsql.NpgsqlConnection(store.Databases.Carts.Superuser);
        await busy.OpenAsync(Cancelled);
        await using var tx = await busy.BeginTransactionAsync(Cancelled);
        await using var hold = new Npgsql.NpgsqlCommand("lock table ordered_carts in share mode", busy, tx);
        await hold.ExecuteNonQueryAsync(Cancelled);

        await AssertUnavailableAsync(customer, TimeSpan.FromSeconds(2));

        Assert.Equal(1, await store.CountOrdersAsync(customer));
        await tx.RollbackAsync(Cancelled);
        var second = await customer.OrderAsync(at: store.Address);
        Assert.Single(second.Items);
    }

    [Fact]
    public async Task A_second_click_gets_the_first_order_also_when_it_took_the_last_of_the_stock()
    {
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync(stock: 1));
        var first = await store.LoseTheClearingAsync(customer);

        using var second = await customer.CheckOutAsync(key: "second", at: store.Address);
        using var replayed = await customer.CheckOutAsync(key: "second", at: store.Address);

        Assert.Equal(first, (await second.ReadAsync<OrderResponse>()).Id);
        Assert.Equal(first, (await replayed.ReadAsync<OrderResponse>()).Id);
        Assert.Equal("true", Assert.Single(replayed.Headers.GetValues("Idempotency-Replayed")));
        Assert.Empty((await customer.GetCartAsync()).Items);
        Assert.Equal(1, await store.CountOrdersAsync(customer));
    }

    [Fact]
    public async Task Of_two_who_order_the_last_one_at_once_one_is_rejected_and_told_why()
    {
        var product = await store.CreateProductAsync(stock: 1);
        var customers = await Task.WhenAll(store.Clients.CustomerAsync(), store.Clients.CustomerAsync());
        foreach (var customer in customers)
            await customer.AddToCartAsync(product);

        Task<HttpResponseMessage>[] checkouts;
        await using (await store.HoldOrdersAsync())
        {
            // Both have seen the last one in stock before either has it.
            checkouts = [.. customers.Select(customer => customer.CheckOutAsync(prefer: "wait=10", at: store.Address))];
            await store.WaitUntilHeldAsync(2);
        }

        var orders = new List<OrderResponse>();
        foreach (var checkout in checkouts)
            orders.Add(await (await checkout).ReadAsync<OrderResponse>(HttpStatusCode.Created));
        Assert.Single(orders, order => (order.Status, order.StockState) == (OrderStatus.Pending, StockState.Reserved));
        var rejected = Assert.Single(orders, order => (order.Status, order.StockState) == (OrderStatus.Rejected, StockState.Rejected));
        Assert.Equal("insufficient_stock", rejected.Rejection?.Reason);
        Assert.Equal([new RejectedItem(product.Id, 1, 0)], rejected.Rejection?.Items);

        var owner = customers.Single(customer => customer.Id == rejected.UserId);
        using var refused = await owner.CancelAsync(rejected.Id, store.Address);
        await refused.AssertProblemAsync(HttpStatusCode.Conflict, "order_not_cancellable");
    }

    [Fact]
    public async Task Without_the_broker_orders_are_accepted_cannot_be_paid_and_are_told_of_when_it_is_back()
    {
        var product = await store.CreateProductAsync(stock: 5);
        var customer = await store.Clients.CustomerAsync();
        var admin = await store.Clients.AdminAsync();
        await customer.AddToCartAsync(product);

        store.BrokerLine.Refuse();
        var started = Stopwatch.GetTimestamp();
        using var response = await customer.CheckOutAsync(prefer: "wait=1", at: store.Address);
        var waited = Stopwatch.GetElapsedTime(started);
        var order = await response.ReadAsync<OrderResponse>(HttpStatusCode.Created);
        using var paid = await admin.SetStatusAsync(order.Id, "paid", store.Address);
        store.BrokerLine.Resume();

        Assert.Equal(StockState.Awaiting, order.StockState);
        Assert.Equal("wait=1", Assert.Single(response.Headers.GetValues("Preference-Applied")));
        Assert.InRange(waited, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        await paid.AssertProblemAsync(HttpStatusCode.Conflict, "stock_not_reserved");
        await Eventually.AssertAsync(async () =>
        {
            using var read = await customer.GetOrderAsync(order.Id, store.Address);
            Assert.Equal(StockState.Reserved, (await read.ReadAsync<OrderResponse>()).StockState);
        });
        Assert.Equal(4, await store.StockAsync(product));
    }

    private async Task AssertUnavailableAsync(StoreUser customer, TimeSpan promise)
    {
        var started = Stopwatch.GetTimestamp();

        using var response = await customer.CheckOutAsync(key: "away", at: store.Address);

        MeasuresTime.AssertWithin(promise, started);
        await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
        Assert.NotNull(response.Headers.RetryAfter);
    }

    /// <summary>The cart has been read, the order is stored, and only then carts cannot be reached.</summary>
    private async Task<Guid> PlaceWhileCartsGoesAwayAsync(StoreUser customer)
    {
        Task<HttpResponseMessage> checkout;
        await using (await store.HoldOrdersAsync())
        {
            checkout = customer.CheckOutAsync(at: store.Address);
            await store.WaitUntilHeldAsync();
            store.CartsLine.Refuse();
        }
        using var response = await checkout;
        store.CartsLine.Resume();
        return (await response.ReadAsync<OrderResponse>(HttpStatusCode.Created)).Id;
    }
}
