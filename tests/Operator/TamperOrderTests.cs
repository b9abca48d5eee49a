namespace GoCart.Tests.Operator;

/// <summary>The auditor is audited, as in <see cref="TamperStockTests"/>. Here: the orders and their events.</summary>
public sealed class TamperOrderTests(SettledStore store) : IClassFixture<SettledStore>
{
    private const string Last = "ffffffff-ffff-7fff-bfff-ffffffffffff";

    private static readonly string SomeId = Guid.NewGuid().ToString();

    [Fact]
    public async Task I3_an_order_nobody_was_told_of() => await store.AssertFoundAsync(
        "I3", store.Reserved.Id, store.Databases.Orders,
        $"update outbox set type = 'lost' where type = 'order.created' and body->>'order_id' = '{store.Reserved.Id}'",
        "update outbox set type = 'order.created' where type = 'lost'");

    [Fact]
    public async Task I3_a_cancellation_nobody_was_told_of() => await store.AssertFoundAsync(
        "I3", store.Cancelled.Id, store.Databases.Orders,
        $"update outbox set type = 'lost' where type = 'order.cancelled' and body->>'order_id' = '{store.Cancelled.Id}'",
        "update outbox set type = 'order.cancelled' where type = 'lost'");

    [Fact]
    public async Task I3_a_cancellation_told_twice() => await store.AssertFoundAsync(
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
    public async Task I3_an_order_told_of_with_another_total() => await store.AssertFoundAsync(
        "I3", store.Reserved.Id, store.Databases.Orders,
        $$"""
        update outbox set body = body || '{"total_cents": 1}'
        where type = 'order.created' and body->>'order_id' = '{{store.Reserved.Id}}'
        """,
        $$"""
        update outbox set body = body || '{"total_cents": {{store.Reserved.TotalCents}}}'
        where type = 'order.created' and body->>'order_id' = '{{store.Reserved.Id}}'
        """);

    [Fact]
    public async Task I3_a_cancellation_that_never_was() => await store.AssertFoundAsync(
        "I3", store.Reserved.Id, store.Databases.Orders,
        $$"""
        insert into outbox (message_id, exchange, type, body, sent_at)
        values (gen_random_uuid(), 'orders', 'order.cancelled', '{"order_id": "{{store.Reserved.Id}}"}', now())
        """,
        $"delete from outbox where type = 'order.cancelled' and body->>'order_id' = '{store.Reserved.Id}'");

    [Fact]
    public async Task I3_an_event_without_its_order() => await store.AssertFoundAsync(
        "I3", SomeId, store.Databases.Orders,
        $$"""
        insert into outbox (message_id, exchange, type, body, sent_at)
        values (gen_random_uuid(), 'orders', 'order.created', '{"order_id": "{{SomeId}}"}', now())
        """,
        $"delete from outbox where body->>'order_id' = '{SomeId}'");

    [Fact]
    public async Task I3_stock_taken_for_an_order_that_never_was() => await store.AssertFoundAsync(
        "I3", SomeId, store.Databases.Products,
        $"insert into order_stock (order_id, state, decided_at) values ('{SomeId}', 'void', now())",
        $"delete from order_stock where order_id = '{SomeId}'");

    [Fact]
    public async Task I5_a_total_that_is_not_the_sum_of_the_items() => await store.AssertFoundAsync(
        "I5", store.Reserved.Id, store.Databases.Orders,
        $"update orders set total_cents = total_cents + 1 where id = '{store.Reserved.Id}'",
        $"update orders set total_cents = total_cents - 1 where id = '{store.Reserved.Id}'");

    [Fact]
    public async Task I5_an_item_that_does_not_cost_its_price() => await store.AssertFoundAsync(
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
    public async Task I5_an_item_without_its_name() => await store.AssertFoundAsync(
        "I5", store.Reserved.Items[0].Id, store.Databases.Orders,
        $"update order_items set name = '' where order_id = '{store.Reserved.Id}'",
        $"update order_items set name = 'Teapot' where order_id = '{store.Reserved.Id}'");

    [Fact]
    public async Task I6_an_order_that_is_not_what_the_client_was_told() => await store.AssertFoundAsync(
        "I6", store.Reserved.Id, store.Databases.Orders,
        "update idempotency_keys set body = replace(body, '\"total_cents\":', '\"total_cents\":9')",
        "update idempotency_keys set body = replace(body, '\"total_cents\":9', '\"total_cents\":')");

    [Fact]
    public async Task I6_an_order_that_a_client_was_told_of_and_that_is_gone() => await store.AssertFoundAsync(
        "I6", SomeId, store.Databases.Orders,
        $$"""
        insert into idempotency_keys (user_id, key, fingerprint, status, location, body)
        values ('{{SomeId}}', 'gone', '', 201, '/api/orders/{{SomeId}}', '{"id": "{{SomeId}}", "total_cents": 1}')
        """,
        "delete from idempotency_keys where key = 'gone'");

    [Fact]
    public async Task I6_two_orders_of_one_cart_version() => await store.AssertFoundAsync(
        "I6", store.Reserved.Id, store.Databases.Orders,
        $"""
        alter table orders drop constraint orders_cart_version_key, drop constraint orders_cart_ordered_version_key;
        set session_replication_role = replica;
        insert into orders (id, user_id, cart_id, cart_version, cart_ordered_version, total_cents, currency, created_at, updated_at)
        select '{Last}', user_id, cart_id, cart_version, cart_ordered_version, total_cents, currency, created_at, updated_at
        from orders where id = '{store.Reserved.Id}'
        """,
        $"""
        delete from orders where id = '{Last}';
        alter table orders add constraint orders_cart_version_key unique (user_id, cart_id, cart_version),
            add constraint orders_cart_ordered_version_key unique (user_id, cart_id, cart_ordered_version)
        """);

    [Fact]
    public async Task I8_a_history_that_jumps() => await store.AssertFoundAsync(
        "I8", store.Cancelled.Id, store.Databases.Orders,
        $"update order_history set status = 'delivered' where order_id = '{store.Cancelled.Id}' and status = 'cancelled'",
        $"update order_history set status = 'cancelled' where order_id = '{store.Cancelled.Id}' and status = 'delivered'");

    [Fact]
    public async Task I8_an_order_that_is_not_where_its_history_ends() => await store.AssertFoundAsync(
        "I8", store.Cancelled.Id, store.Databases.Orders,
        $"update order_history set order_id = '{store.Reserved.Id}', version = 99 where order_id = '{store.Cancelled.Id}' and status = 'cancelled'",
        $"update order_history set order_id = '{store.Cancelled.Id}', version = 3 where version = 99");

    [Fact]
    public async Task I8_an_order_without_its_history() => await store.AssertFoundAsync(
        "I8", store.Cancelled.Id, store.Databases.Orders,
        $"""
        create table kept as select * from order_history where order_id = '{store.Cancelled.Id}';
        delete from order_history where order_id = '{store.Cancelled.Id}'
        """,
        "insert into order_history select * from kept; drop table kept");
}
