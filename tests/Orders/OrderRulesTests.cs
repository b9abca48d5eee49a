using GoCart.BuildingBlocks.Database;
using GoCart.Contracts.Orders;
using GoCart.Orders;
using GoCart.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace GoCart.Tests.Orders;

/// <summary>What the database itself refuses, whoever asks for it.</summary>
public sealed class OrderRulesTests(OrdersDatabase orders) : IClassFixture<OrdersDatabase>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_edge_between_states_is_open_or_refused_as_the_rules_say()
    {
        foreach (var from in OrderStateTests.All)
        {
            var allowed = OrderStateTests.Next(from);
            foreach (var to in AllPairs())
            {
                var order = await orders.PlaceAsync(from);

                var refusal = await Record.ExceptionAsync(() => ChangeAsync(order.Id, to));

                Assert.True(refusal is null == allowed.Contains(to), $"{from} to {to}: {refusal?.Message ?? "was not refused"}");
                if (refusal is not null)
                    Assert.Equal(PostgresErrorCodes.CheckViolation, Assert.IsType<PostgresException>(refusal).SqlState);
            }
        }
    }

    [Fact]
    public async Task A_change_of_state_without_a_new_version_is_refused()
    {
        var order = await orders.PlaceAsync();

        await AssertRefusedAsync("orders_version_edge",
            "update orders set stock_state = 'reserved' where id = @Id", new { order.Id });
    }

    [Fact]
    public async Task An_order_does_not_begin_in_another_state()
    {
        await AssertRefusedAsync("orders_first_state", InsertOrder("'pending', 'reserved', 1"), NewRow());
        await AssertRefusedAsync("orders_first_state", InsertOrder("'pending', 'awaiting', 2"), NewRow());
    }

    [Fact]
    public async Task A_total_that_is_not_the_sum_of_the_items_is_refused()
    {
        var order = OrdersDatabase.NewOrderOf(TimeProvider.System.GetMicrosecondNow(), Guid.NewGuid());
        var wrong = order with { Placed = order.Placed with { TotalCents = order.Placed.TotalCents + 1 } };

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => orders.TryInsertAsync(wrong));

        Assert.Equal("orders_total_is_sum_of_items", refusal.ConstraintName);
        Assert.Equal(0, await orders.CountAsync("select count(*) from orders where id = @Id", new { wrong.Placed.Id }));
    }

    [Fact]
    public async Task An_order_without_items_is_refused()
    {
        await AssertRefusedAsync("orders_total_is_sum_of_items", InsertOrder("'pending', 'awaiting', 1"), NewRow());
    }

    [Fact]
    public async Task An_item_added_later_is_refused()
    {
        var order = await orders.PlaceAsync();

        await AssertRefusedAsync("orders_total_is_sum_of_items",
            """
            insert into order_items (order_id, product_id, id, position, name, quantity, price_cents, line_total_cents)
            values (@Id, @other, @other, 3, 'Late', 1, 1, 1)
            """,
            new { order.Id, other = Guid.NewGuid() });
    }

    [Theory]
    [InlineData("line_total_cents = line_total_cents + 1", "order_items_line_total_cents_check")]
    [InlineData("quantity = 0, line_total_cents = 0", "order_items_quantity_check")]
    [InlineData("quantity = 1000, line_total_cents = 1000 * price_cents", "order_items_quantity_check")]
    [InlineData("price_cents = 0, line_total_cents = 0", "order_items_price_cents_check")]
    [InlineData("price_cents = 1000000001, line_total_cents = 1000000001 * quantity", "order_items_price_cents_check")]
    [InlineData("position = 101", "order_items_position_check")]
    public async Task An_item_that_cannot_be_is_refused(string change, string constraint)
    {
        var order = await orders.PlaceAsync();

        await AssertRefusedAsync(constraint, $"update order_items set {change} where order_id = @Id", new { order.Id });
    }

    [Theory]
    [InlineData("cart_version = 0", "orders_cart_version_check")]
    [InlineData("total_cents = 0", "orders_total_cents_check")]
    [InlineData("currency = 'usd'", "orders_currency_check")]
    [InlineData("rejection = '{}'", "orders_rejection_check")]
    public async Task An_order_that_cannot_be_is_refused(string change, string constraint)
    {
        var order = await orders.PlaceAsync();

        await AssertRefusedAsync(constraint, $"update orders set {change} where id = @Id", new { order.Id });
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Orders_are_stored_whatever_the_difference_between_the_clocks(int hoursAhead)
    {
        var clock = new TestClock();
        clock.Advance(TimeSpan.FromHours(hoursAhead));
        var store = new OrderStore(orders.Db, clock, NullLogger<OrderStore>.Instance);

        for (var count = 0; count < 3; count++)
        {
            var order = OrdersDatabase.NewOrderOf(clock.GetMicrosecondNow(), Guid.NewGuid());
            Assert.Equal(Storing.Stored, await store.StoreAsync(order, key: null, fingerprint: []));
        }
    }

    [Fact]
    public async Task An_order_that_comes_after_its_deadline_is_refused()
    {
        var late = OrdersDatabase.NewOrderOf(TimeProvider.System.GetMicrosecondNow(), Guid.NewGuid());

        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => orders.TryInsertAsync(late, deadline: TimeProvider.System.GetUtcNow().AddSeconds(-1)));

        Assert.Equal(PostgresErrorCodes.QueryCanceled, refusal.SqlState);
        Assert.Equal(0, await orders.CountAsync("select count(*) from orders where id = @Id", new { late.Placed.Id }));
    }

    [Fact]
    public async Task The_same_cart_version_is_ordered_once()
    {
        var first = OrdersDatabase.NewOrderOf(TimeProvider.System.GetMicrosecondNow(), Guid.NewGuid());
        var again = first with { Placed = first.Placed with { Id = Guid.NewGuid() }, CartOrderedVersion = 7 };
        await orders.TryInsertAsync(first);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => orders.TryInsertAsync(again));

        Assert.Equal("orders_cart_version_key", refusal.ConstraintName);
        Assert.True(NewOrder.IsOrderedBefore(refusal));
    }

    [Fact]
    public async Task A_cart_is_not_ordered_again_while_the_items_of_its_last_order_are_still_in_it()
    {
        var first = OrdersDatabase.NewOrderOf(TimeProvider.System.GetMicrosecondNow(), Guid.NewGuid());
        var next = first with { Placed = first.Placed with { Id = Guid.NewGuid() }, CartVersion = first.CartVersion + 1 };
        await orders.TryInsertAsync(first);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => orders.TryInsertAsync(next));

        Assert.Equal("orders_cart_ordered_version_key", refusal.ConstraintName);
        Assert.True(NewOrder.IsOrderedBefore(refusal));
    }

    [Theory]
    [InlineData("update orders set total_cents = 1")]
    [InlineData("update orders set user_id = id")]
    [InlineData("delete from orders")]
    [InlineData("update order_items set quantity = 1")]
    [InlineData("delete from order_items")]
    [InlineData("update order_history set status = 'paid'")]
    [InlineData("delete from order_history")]
    [InlineData("truncate order_history")]
    [InlineData("drop table orders")]
    [InlineData("alter table orders disable trigger all")]
    public async Task The_service_has_no_right_to_change_what_was_ordered(string sql)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => orders.Db.ExecuteAsync(sql, null, Cancelled));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    private static IEnumerable<OrderState> AllPairs() =>
        from status in Enum.GetValues<OrderStatus>()
        from stock in Enum.GetValues<StockState>()
        select new OrderState(status, stock);

    private Task<int> ChangeAsync(Guid orderId, OrderState to) => orders.ExecuteAsync(
        """
        update orders set status = @status, stock_state = @stock, version = version + 1,
            rejection = case when @status = 'rejected' then coalesce(rejection, '{}') end
        where id = @orderId
        """,
        new { orderId, status = to.Status.ToText(), stock = to.Stock.ToText() });

    private async Task AssertRefusedAsync(string constraint, string sql, object parameters)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => orders.ExecuteAsync(sql, parameters));

        Assert.Equal(constraint, refusal.ConstraintName);
        Assert.Equal(PostgresErrorCodes.CheckViolation, refusal.SqlState);
    }

    private static string InsertOrder(string state) =>
        $"""
        insert into orders (id, user_id, cart_id, cart_version, cart_ordered_version, status, stock_state, version,
            total_cents, currency, created_at, updated_at)
        values (@id, @id, @id, 1, 0, {state}, 100, 'USD', now(), now())
        """;

    private static object NewRow() => new { id = Guid.NewGuid() };
}
