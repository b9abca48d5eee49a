using GoCart.Contracts.Orders;
using GoCart.Operator.Audit;
using GoCart.Tests.Infrastructure;
using Npgsql;

namespace GoCart.Tests.Operator;

/// <summary>The auditor is audited: one row of a sound store is changed behind the services' backs, and it must name it.</summary>
public sealed class TamperTests(TamperTests.SettledStore store) : IClassFixture<TamperTests.SettledStore>
{
    private static readonly string SomeId = Guid.NewGuid().ToString();

    [Fact]
    public async Task I1_a_stock_that_is_not_the_sum_of_its_ledger() => await AssertFoundAsync(
        "I1", store.ProductId, store.Databases.Products,
        $"update products set stock = stock + 1 where id = '{store.ProductId}'",
        $"update products set stock = stock - 1 where id = '{store.ProductId}'");

    [Fact]
    public async Task I1_a_product_without_its_initial_stock() => await AssertFoundAsync(
        "I1", store.UnsoldId, store.Databases.Products,
        $"update stock_ledger set kind = 'adjustment', actor = '{SomeId}' where product_id = '{store.UnsoldId}'",
        $"update stock_ledger set kind = 'initial', actor = null where product_id = '{store.UnsoldId}'");

    [Fact]
    public async Task I2_a_sale_that_took_something_else() => await AssertFoundAsync(
        "I2", store.Reserved.Id, store.Databases.Products,
        $"update stock_ledger set delta = delta - 1 where order_id = '{store.Reserved.Id}'",
        $"update stock_ledger set delta = delta + 1 where order_id = '{store.Reserved.Id}'");

    [Fact]
    public async Task I2_a_cancelled_order_whose_stock_never_came_back() => await AssertFoundAsync(
        "I2", store.Cancelled.Id, store.Databases.Products,
        $"update order_stock set state = 'reserved' where order_id = '{store.Cancelled.Id}'",
        $"update order_stock set state = 'released' where order_id = '{store.Cancelled.Id}'");

    [Fact]
    public async Task I2_a_rejected_order_that_is_sold() => await AssertFoundAsync(
        "I2", store.Rejected.Id, store.Databases.Products,
        $"""
        insert into stock_ledger (product_id, kind, delta, order_id, at)
        values ('{store.ProductId}', 'sale', -1, '{store.Rejected.Id}', now())
        """,
        $"delete from stock_ledger where order_id = '{store.Rejected.Id}'");

    [Fact]
    public async Task I2_a_reserved_order_that_products_released() => await AssertFoundAsync(
        "I2", store.Reserved.Id, store.Databases.Products,
        $"""
        insert into stock_ledger (product_id, kind, delta, order_id, at)
        select product_id, 'restore', -delta, order_id, at from stock_ledger where order_id = '{store.Reserved.Id}';
        update order_stock set state = 'released' where order_id = '{store.Reserved.Id}'
        """,
        $"""
        delete from stock_ledger where order_id = '{store.Reserved.Id}' and kind = 'restore';
        update order_stock set state = 'reserved' where order_id = '{store.Reserved.Id}'
        """);

    [Fact]
    public async Task I3_an_order_nobody_was_told_of() => await AssertFoundAsync(
        "I3", store.Reserved.Id, store.Databases.Orders,
        $"update outbox set type = 'lost' where type = 'order.created' and body->>'order_id' = '{store.Reserved.Id}'",
        "update outbox set type = 'order.created' where type = 'lost'");

    [Fact]
    public async Task I3_a_cancellation_nobody_was_told_of() => await AssertFoundAsync(
        "I3", store.Cancelled.Id, store.Databases.Orders,
        $"update outbox set type = 'lost' where type = 'order.cancelled' and body->>'order_id' = '{store.Cancelled.Id}'",
        "update outbox set type = 'order.cancelled' where type = 'lost'");

    [Fact]
    public async Task I3_a_cancellation_told_twice() => await AssertFoundAsync(
        "I3", store.Cancelled.Id, store.Databases.Orders,
        $"""
        insert into outbox (message_id, exchange, type, body, sent_at)
        select gen_random_uuid(), 'orders', type, body, now() from outbox
        where type = 'order.cancelled' and body->>'order_id' = '{store.Cancelled.Id}'
        """,
        """
        delete from outbox where id in (
            select max(id) from outbox where type = 'order.cancelled' group by body->>'order_id' having count(*) > 1)
        """);

    [Fact]
    public async Task I3_an_event_without_its_order() => await AssertFoundAsync(
        "I3", SomeId, store.Databases.Orders,
        $$"""
        insert into outbox (message_id, exchange, type, body, sent_at)
        values (gen_random_uuid(), 'orders', 'order.created', '{"order_id": "{{SomeId}}"}', now())
        """,
        $"delete from outbox where body->>'order_id' = '{SomeId}'");

    [Fact]
    public async Task I3_stock_taken_for_an_order_that_never_was() => await AssertFoundAsync(
        "I3", SomeId, store.Databases.Products,
        $"insert into order_stock (order_id, state, decided_at) values ('{SomeId}', 'void', now())",
        $"delete from order_stock where order_id = '{SomeId}'");

    [Fact]
    public async Task I4_an_event_applied_twice() => await AssertFoundAsync(
        "I4", store.Reserved.Id, store.Databases.Products,
        $"""
        alter table stock_ledger drop constraint stock_ledger_order_product_kind_key;
        insert into stock_ledger (product_id, kind, delta, order_id, at)
        select product_id, kind, delta, order_id, at from stock_ledger where order_id = '{store.Reserved.Id}'
        """,
        $"""
        delete from stock_ledger where id = (select max(id) from stock_ledger where order_id = '{store.Reserved.Id}');
        alter table stock_ledger add constraint stock_ledger_order_product_kind_key unique (order_id, product_id, kind)
        """);

    [Fact]
    public async Task I4_an_event_applied_and_forgotten() => await AssertFoundAsync(
        "I4", store.Reserved.Id, store.Databases.Products,
        $"delete from order_stock where order_id = '{store.Reserved.Id}'",
        $"insert into order_stock (order_id, state, decided_at) values ('{store.Reserved.Id}', 'reserved', now())");

    [Fact]
    public async Task I5_a_total_that_is_not_the_sum_of_the_items() => await AssertFoundAsync(
        "I5", store.Reserved.Id, store.Databases.Orders,
        $"update orders set total_cents = total_cents + 1 where id = '{store.Reserved.Id}'",
        $"update orders set total_cents = total_cents - 1 where id = '{store.Reserved.Id}'");

    [Fact]
    public async Task I5_an_item_that_does_not_cost_its_price() => await AssertFoundAsync(
        "I5", store.Reserved.Items[0].Id, store.Databases.Orders,
        $"""
        alter table order_items drop constraint order_items_line_total_cents_check;
        update order_items set line_total_cents = line_total_cents + 1 where order_id = '{store.Reserved.Id}'
        """,
        $"""
        update order_items set line_total_cents = line_total_cents - 1 where order_id = '{store.Reserved.Id}';
        alter table order_items add constraint order_items_line_total_cents_check check (line_total_cents = price_cents * quantity)
        """);

    [Fact]
    public async Task I5_an_item_without_its_name() => await AssertFoundAsync(
        "I5", store.Reserved.Items[0].Id, store.Databases.Orders,
        $"update order_items set name = '' where order_id = '{store.Reserved.Id}'",
        $"update order_items set name = 'Teapot' where order_id = '{store.Reserved.Id}'");

    [Fact]
    public async Task I6_an_order_that_is_not_what_the_client_was_told() => await AssertFoundAsync(
        "I6", store.Reserved.Id, store.Databases.Orders,
        "update idempotency_keys set body = replace(body, '\"total_cents\":', '\"total_cents\":9')",
        "update idempotency_keys set body = replace(body, '\"total_cents\":9', '\"total_cents\":')");

    [Fact]
    public async Task I7_an_order_that_nobody_answers() => await AssertFoundAsync(
        "I7", store.Reserved.Id, store.Databases.Orders,
        $"set session_replication_role = replica; update orders set stock_state = 'awaiting' where id = '{store.Reserved.Id}'",
        $"set session_replication_role = replica; update orders set stock_state = 'reserved' where id = '{store.Reserved.Id}'",
        settled: true);

    [Fact]
    public async Task I8_a_history_that_jumps() => await AssertFoundAsync(
        "I8", store.Cancelled.Id, store.Databases.Orders,
        $"update order_history set status = 'delivered' where order_id = '{store.Cancelled.Id}' and status = 'cancelled'",
        $"update order_history set status = 'cancelled' where order_id = '{store.Cancelled.Id}' and status = 'delivered'");

    [Fact]
    public async Task I8_an_order_that_is_not_where_its_history_ends() => await AssertFoundAsync(
        "I8", store.Cancelled.Id, store.Databases.Orders,
        $"update order_history set order_id = '{store.Reserved.Id}', version = 99 where order_id = '{store.Cancelled.Id}' and status = 'cancelled'",
        $"update order_history set order_id = '{store.Cancelled.Id}', version = 3 where version = 99");

    [Fact]
    public async Task I10_a_cart_that_lost_track_of_its_orders() => await AssertFoundAsync(
        "I10", await StoreFixture.ScalarAsync<Guid>(store.Databases.Carts, "select id from carts where ordered_version > 0 limit 1"),
        store.Databases.Carts,
        "update carts set ordered_version = ordered_version + 1 where ordered_version > 0",
        "update carts set ordered_version = ordered_version - 1 where ordered_version > 1");

    [Fact]
    public async Task I10_an_order_taken_out_of_another_version_of_its_cart() => await AssertFoundAsync(
        "I10", store.Reserved.Id, store.Databases.Carts,
        $"update ordered_carts set cart_version = cart_version + 50 where order_id = '{store.Reserved.Id}'",
        $"update ordered_carts set cart_version = cart_version - 50 where order_id = '{store.Reserved.Id}'");

    [Fact]
    public async Task I10_an_order_that_never_left_its_cart() => await AssertFoundAsync(
        "I10", store.Reserved.Id, store.Databases.Carts,
        $"""
        create table kept as select * from ordered_carts where order_id = '{store.Reserved.Id}';
        delete from ordered_carts where order_id = '{store.Reserved.Id}'
        """,
        "insert into ordered_carts select * from kept; drop table kept",
        settled: true);

    [Fact]
    public async Task I11_a_session_that_has_ended_and_lives() => await AssertFoundAsync(
        "I11", await StoreFixture.ScalarAsync<Guid>(store.Databases.Users, "select max(id::text)::uuid from sessions"),
        store.Databases.Users,
        "update sessions set ended_at = now(), end_reason = 'token_reused' where id = (select max(id::text)::uuid from sessions)",
        "update sessions set ended_at = null, end_reason = null");

    private async Task AssertFoundAsync(
        string invariant, object row, TestDatabase database, string tamper, string undo, bool settled = false)
    {
        await StoreFixture.ScalarAsync<int>(database, tamper);
        AuditReport report;
        try
        {
            report = await store.AuditAsync(settled);
        }
        finally
        {
            await StoreFixture.ScalarAsync<int>(database, undo);
        }

        Assert.Contains(report.Violations, violation => (violation.Invariant, violation.Row) == (invariant, row.ToString()));
        Assert.Empty((await store.AuditAsync(settled: true)).Violations);
    }

    /// <summary>One order of each kind, and everything they led to is done.</summary>
    public sealed class SettledStore(LocalServers servers) : OperatedStore(servers)
    {
        public Guid ProductId { get; private set; }

        public Guid UnsoldId { get; private set; }

        public OrderResponse Reserved { get; private set; } = null!; // by InitializeAsync, like the others

        public OrderResponse Cancelled { get; private set; } = null!;

        public OrderResponse Rejected { get; private set; } = null!;

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            var product = await CreateProductAsync(stock: 10, name: "Teapot");
            (ProductId, UnsoldId) = (product.Id, (await CreateProductAsync()).Id);
            var customer = await Clients.CustomerAsync();
            Reserved = await OrderAsync(customer, product.Id, 2, key: "first");
            Cancelled = await OrderAsync(customer, product.Id, 3);
            await CancelAsync(customer, Cancelled.Id);
            Rejected = await RejectedAsync();
            await SettleAsync();
        }

        /// <summary>Two orders of the last one, both placed before products could decide on either.</summary>
        private async Task<OrderResponse> RejectedAsync()
        {
            var product = await CreateProductAsync(stock: 1);
            var (first, second) = (await Clients.CustomerAsync(), await Clients.CustomerAsync());

            await using var connection = new NpgsqlConnection(Databases.Products.Superuser);
            await connection.OpenAsync();
            await using var hold = await connection.BeginTransactionAsync();
            await using var locking = new NpgsqlCommand($"select from products where id = '{product.Id}' for update", connection, hold);
            await locking.ExecuteNonQueryAsync();

            var orders = Task.WhenAll(OrderAsync(first, product.Id), OrderAsync(second, product.Id));
            await Eventually.AssertAsync(async () => Assert.Equal(2, await ScalarAsync<long>(
                Databases.Orders, $"select count(*) from order_items where product_id = '{product.Id}'")));
            await hold.RollbackAsync();

            return Assert.Single(await orders, order => order.Status == OrderStatus.Rejected);
        }
    }
}
