using GoCart.Tests.Infrastructure;
using RabbitMQ.Client;

namespace GoCart.Tests.Operator;

/// <summary>The auditor is audited, as in <see cref="TamperStockTests"/>. Here: queues, carts and sessions.</summary>
public sealed class TamperOtherTests(SettledStore store) : IClassFixture<SettledStore>
{
    private static readonly string SomeId = Guid.NewGuid().ToString();
    private static readonly string LateId = Guid.NewGuid().ToString();

    [Fact]
    public async Task I7_an_event_that_is_not_sent() => await store.AssertFoundAsync(
        "I7", SomeId, store.Databases.Products,
        $$"""
        insert into outbox (message_id, exchange, type, body, lease_until)
        values ('{{SomeId}}', 'stock', 'stock.reserved', '{"order_id": "{{SomeId}}"}', now() + interval '2 minutes')
        """,
        $"delete from outbox where message_id = '{SomeId}'",
        settled: true);

    [Fact]
    public async Task I7_an_event_that_was_not_sent_for_half_an_hour_also_while_the_store_is_used() => await store.AssertFoundAsync(
        "I7", LateId, store.Databases.Products,
        $$"""
        insert into outbox (message_id, exchange, type, body, occurred_at, lease_until)
        values ('{{LateId}}', 'stock', 'stock.reserved', '{"order_id": "{{LateId}}"}', now() - interval '31 minutes', now() + interval '2 minutes')
        """,
        $"delete from outbox where message_id = '{LateId}'");

    [Fact]
    public async Task I7_an_order_that_nobody_answers_for_half_an_hour_also_while_the_store_is_used() => await store.AssertFoundAsync(
        "I7", store.Reserved.Id, store.Databases.Orders,
        $"""
        set session_replication_role = replica;
        update orders set stock_state = 'awaiting', created_at = created_at - interval '31 minutes' where id = '{store.Reserved.Id}'
        """,
        $"""
        set session_replication_role = replica;
        update orders set stock_state = 'reserved', created_at = created_at + interval '31 minutes' where id = '{store.Reserved.Id}'
        """);

    [Theory]
    [InlineData("forgotten")]
    [InlineData("forgotten.dead")]
    public async Task I7_a_message_in_a_queue(string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = new(store.VirtualHost.Administrator) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new(true, true));
        foreach (var name in (string[])["forgotten", "forgotten.dead"])
            await channel.QueueDeclareAsync(name, durable: true, exclusive: false, autoDelete: false);
        await channel.BasicPublishAsync("", queue, "{}"u8.ToArray());

        var report = await store.AuditAsync(settled: true);
        foreach (var name in (string[])["forgotten", "forgotten.dead"])
            await channel.QueueDeleteAsync(name);

        Assert.Equal(("I7", "forgotten"), report.Violations.Select(violation => (violation.Invariant, violation.Row)).Single());
    }

    [Fact]
    public async Task I7_an_order_that_nobody_answers() => await store.AssertFoundAsync(
        "I7", store.Reserved.Id, store.Databases.Orders,
        $"set session_replication_role = replica; update orders set stock_state = 'awaiting' where id = '{store.Reserved.Id}'",
        $"set session_replication_role = replica; update orders set stock_state = 'reserved' where id = '{store.Reserved.Id}'",
        settled: true);

    [Fact]
    public async Task I10_an_item_newer_than_its_cart() => await store.AssertFoundAsync(
        "I10", await StoreFixture.ScalarAsync<Guid>(store.Databases.Carts, "select id from carts where ordered_version > 0 order by id limit 1"),
        store.Databases.Carts,
        $"""
        insert into cart_items (id, cart_id, product_id, name, price_cents, quantity, created_version)
        select '{SomeId}', id, '{store.ProductId}', 'Teapot', 1, 1, version + 1 from carts where ordered_version > 0 order by id limit 1
        """,
        $"delete from cart_items where id = '{SomeId}'");

    [Fact]
    public async Task I10_a_cart_that_lost_track_of_its_orders() => await store.AssertFoundAsync(
        "I10", await StoreFixture.ScalarAsync<Guid>(store.Databases.Carts, "select id from carts where ordered_version > 0 limit 1"),
        store.Databases.Carts,
        "update carts set ordered_version = ordered_version + 1 where ordered_version > 0",
        "update carts set ordered_version = ordered_version - 1 where ordered_version > 1");

    [Fact]
    public async Task I10_an_order_taken_out_of_another_version_of_its_cart() => await store.AssertFoundAsync(
        "I10", store.Reserved.Id, store.Databases.Carts,
        $"update ordered_carts set cart_version = cart_version + 50 where order_id = '{store.Reserved.Id}'",
        $"update ordered_carts set cart_version = cart_version - 50 where order_id = '{store.Reserved.Id}'");

    [Fact]
    public async Task I10_an_order_that_never_left_its_cart() => await store.AssertFoundAsync(
        "I10", store.Reserved.Id, store.Databases.Carts,
        $"""
        create table kept as select * from ordered_carts where order_id = '{store.Reserved.Id}';
        delete from ordered_carts where order_id = '{store.Reserved.Id}'
        """,
        "insert into ordered_carts select * from kept; drop table kept",
        settled: true);

    [Fact]
    public async Task I11_a_session_with_two_live_tokens() => await store.AssertFoundAsync(
        "I11", await StoreFixture.ScalarAsync<Guid>(store.Databases.Users, "select max(id::text)::uuid from sessions"),
        store.Databases.Users,
        """
        drop index refresh_tokens_live_key;
        insert into refresh_tokens (token_hash, session_id, issued_at, expires_at)
        select sha256('second'), max(id::text)::uuid, now(), now() + interval '1 day' from sessions
        """,
        """
        delete from refresh_tokens where token_hash = sha256('second');
        create unique index refresh_tokens_live_key on refresh_tokens (session_id) where retired_at is null
        """);

    [Fact]
    public async Task I11_a_session_that_has_ended_and_lives() => await store.AssertFoundAsync(
        "I11", await StoreFixture.ScalarAsync<Guid>(store.Databases.Users, "select max(id::text)::uuid from sessions"),
        store.Databases.Users,
        "update sessions set ended_at = now(), end_reason = 'token_reused' where id = (select max(id::text)::uuid from sessions)",
        "update sessions set ended_at = null, end_reason = null");
}
