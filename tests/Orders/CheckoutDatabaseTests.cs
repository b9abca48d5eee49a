using System.Net;
using GoCart.Contracts.Orders;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Orders;

/// <summary>A checkout whose database breaks off, goes silent or is locked: no order is lost, none is placed twice.</summary>
[Collection(MeasuresTime.Name)]
public sealed class CheckoutDatabaseTests(OrdersBehindLines store) : IClassFixture<OrdersBehindLines>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("lost")]
    [InlineData(null)]
    public async Task A_commit_whose_answer_is_lost_is_found_out_and_told(string? key)
    {
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync());

        Task<HttpResponseMessage> checkout;
        await using (await store.HoldOrdersAsync())
        {
            checkout = customer.CheckOutAsync(key: key, at: store.Address);
            await store.WaitUntilHeldAsync();
            store.DatabaseLine.Freeze();
        }
        await Eventually.AssertAsync(async () => Assert.Equal(1, await store.CountOrdersAsync(customer)));
        store.DatabaseLine.Cut();
        store.DatabaseLine.Resume();

        using var response = await checkout;
        var order = await response.ReadAsync<OrderResponse>(HttpStatusCode.Created);
        Assert.False(response.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(1, await store.CountOrdersAsync(customer));
        Assert.Equal(1, await store.CountEventsAsync(order.Id, OrderCreated.Type));
        Assert.Empty((await customer.GetCartAsync()).Items);
        if (key is not null)
        {
            using var again = await customer.CheckOutAsync(key: key, at: store.Address);
            Assert.Equal(order.Id, (await again.ReadAsync<OrderResponse>(HttpStatusCode.Created)).Id);
        }
    }

    [Fact]
    public async Task An_order_whose_connection_breaks_before_the_commit_is_stored_once_all_the_same()
    {
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync());

        Task<HttpResponseMessage> checkout;
        await using (await store.HoldOrdersAsync())
        {
            checkout = customer.CheckOutAsync(key: "broken", at: store.Address);
            await store.WaitUntilHeldAsync();
            await StoreFixture.ScalarAsync<bool>(store.Databases.Orders,
                "select pg_terminate_backend(pid) from pg_locks where not granted and relation = 'order_history'::regclass");
            await store.WaitUntilHeldAsync();
        }

        using var response = await checkout;
        var order = await response.ReadAsync<OrderResponse>(HttpStatusCode.Created);
        using var again = await customer.CheckOutAsync(key: "broken", at: store.Address);
        Assert.Equal(order.Id, (await again.ReadAsync<OrderResponse>(HttpStatusCode.Created)).Id);
        Assert.Equal(1, await store.CountOrdersAsync(customer));
        Assert.Equal(1, await store.CountEventsAsync(order.Id, OrderCreated.Type));
    }

    [Fact]
    public async Task An_order_that_was_answered_with_503_does_not_appear_when_the_frozen_database_goes_on()
    {
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync());
        // So that it knows the token, and has a connection.
        using var warm = await customer.GetOrderAsync(Guid.NewGuid(), store.Address);

        store.DatabaseLine.Freeze();
        using var response = await customer.CheckOutAsync(at: store.Address);
        store.DatabaseLine.Resume();

        await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
        // What lay on the line arrives now, before this.
        using var placed = await customer.CheckOutAsync(key: "afterwards", at: store.Address);
        await placed.ReadAsync<OrderResponse>(HttpStatusCode.Created);
        Assert.Equal(1, await store.CountOrdersAsync(customer));
    }

    [Fact]
    public async Task A_request_whose_first_attempt_still_runs_is_told_to_come_back()
    {
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync());
        HttpResponseMessage response;
        await using (await HoldKeyAsync(customer, "busy"))
        {
            response = await customer.CheckOutAsync(key: "busy", at: store.Address);
        }

        await response.AssertProblemAsync(HttpStatusCode.Conflict, "idempotency_key_in_use");
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
        await store.AssertNothingStoredAsync(customer);
    }

    [Fact]
    public async Task A_second_click_whose_key_is_still_at_work_is_told_to_come_back()
    {
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync());
        await store.LoseTheClearingAsync(customer);

        HttpResponseMessage response;
        await using (await HoldKeyAsync(customer, "click"))
        {
            response = await customer.CheckOutAsync(key: "click", at: store.Address);
        }

        await response.AssertProblemAsync(HttpStatusCode.Conflict, "idempotency_key_in_use");
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task A_lock_on_something_else_is_not_taken_for_the_key()
    {
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync());

        HttpResponseMessage response;
        await using (await store.HoldOrdersAsync())
        {
            response = await customer.CheckOutAsync(key: "free", at: store.Address);
        }

        await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
        await store.AssertNothingStoredAsync(customer);
    }

    [Fact]
    public async Task Without_the_database_it_is_503()
    {
        var customer = await store.Clients.CustomerAsync();
        await customer.AddToCartAsync(await store.CreateProductAsync());
        // The token is checked before the database goes.
        using var warm = await customer.GetOrderAsync(Guid.NewGuid(), store.Address);

        store.DatabaseLine.Refuse();
        using var placed = await customer.CheckOutAsync(key: "database", at: store.Address);
        using var read = await customer.GetOrderAsync(Guid.NewGuid(), store.Address);
        using var cancelled = await customer.CancelAsync(Guid.NewGuid(), store.Address);
        store.DatabaseLine.Resume();

        foreach (var response in new[] { placed, read, cancelled })
        {
            await response.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
            Assert.NotNull(response.Headers.RetryAfter);
        }
        await Eventually.AssertAsync(async () =>
        {
            using var retried = await customer.CheckOutAsync(key: "database", at: store.Address);
            await retried.ReadAsync<OrderResponse>(HttpStatusCode.Created);
        });
    }

    /// <summary>A first request with that key, which has written it and does not come to an end until disposed.</summary>
    private async Task<OrdersBehindLines.Held> HoldKeyAsync(StoreUser customer, string key)
    {
        var connection = new Npgsql.NpgsqlConnection(store.Databases.Orders.Superuser);
        await connection.OpenAsync(Cancelled);
        var tx = await connection.BeginTransactionAsync(Cancelled);
        await using var insert = new Npgsql.NpgsqlCommand(
            "insert into idempotency_keys (user_id, key, fingerprint, status, body) values ($1, $2, '', 201, '')", connection, tx)
        {
            Parameters = { new() { Value = customer.Id }, new() { Value = key } },
        };
        await insert.ExecuteNonQueryAsync(Cancelled);
        return new OrdersBehindLines.Held(connection, tx);
    }
}
