namespace GoCart.Tests.Operator;

/// <summary>The auditor is audited: one row of a sound store is changed behind the services' backs, and it must name it. Here: the stock.</summary>
public sealed class TamperStockTests(SettledStore store) : IClassFixture<SettledStore>
{
    private static readonly string SomeId = Guid.NewGuid().ToString();

    [Fact]
    public async Task I1_a_stock_that_is_not_the_sum_of_its_ledger() => await store.AssertFoundAsync(
        "I1", store.ProductId, store.Databases.Products,
        $"update products set stock = stock + 1 where id = '{store.ProductId}'",
        $"update products set stock = stock - 1 where id = '{store.ProductId}'");

    [Fact]
    public async Task I1_a_product_without_its_initial_stock() => await store.AssertFoundAsync(
        "I1", store.UnsoldId, store.Databases.Products,
        $"update stock_ledger set kind = 'adjustment', actor = '{SomeId}' where product_id = '{store.UnsoldId}'",
        $"update stock_ledger set kind = 'initial', actor = null where product_id = '{store.UnsoldId}'");

    [Fact]
    public async Task I2_a_sale_that_took_something_else() => await store.AssertFoundAsync(
        "I2", store.Reserved.Id, store.Databases.Products,
        $"update stock_ledger set delta = delta - 1 where order_id = '{store.Reserved.Id}'",
        $"update stock_ledger set delta = delta + 1 where order_id = '{store.Reserved.Id}'");

    [Fact]
    public async Task I2_a_cancelled_order_whose_stock_never_came_back() => await store.AssertFoundAsync(
        "I2", store.Cancelled.Id, store.Databases.Products,
        $"update order_stock set state = 'reserved' where order_id = '{store.Cancelled.Id}'",
        $"update order_stock set state = 'released' where order_id = '{store.Cancelled.Id}'");

    [Fact]
    public async Task I2_a_rejected_order_that_is_sold() => await store.AssertFoundAsync(
        "I2", store.Rejected.Id, store.Databases.Products,
        $"""
        insert into stock_ledger (product_id, kind, delta, order_id, at)
        values ('{store.ProductId}', 'sale', -1, '{store.Rejected.Id}', now())
        """,
        $"delete from stock_ledger where order_id = '{store.Rejected.Id}'");

    [Fact]
    public async Task I2_a_reserved_order_that_products_released() => await store.AssertFoundAsync(
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
    public async Task I4_an_event_applied_twice() => await store.AssertFoundAsync(
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
    public async Task I4_an_event_applied_and_forgotten() => await store.AssertFoundAsync(
        "I4", store.Reserved.Id, store.Databases.Products,
        $"delete from order_stock where order_id = '{store.Reserved.Id}'",
        $"insert into order_stock (order_id, state, decided_at) values ('{store.Reserved.Id}', 'reserved', now())");

    [Fact]
    public async Task I9_an_order_rejected_while_its_stock_was_there() => await store.AssertFoundAsync(
        "I9", store.Rejected.Id, store.Databases.Products,
        $"update order_stock set decided_after = decided_after - 1 where order_id = '{store.Rejected.Id}'",
        $"update order_stock set decided_after = decided_after + 1 where order_id = '{store.Rejected.Id}'");

    [Fact]
    public async Task I9_an_order_rejected_with_enough_in_stock() => await store.AssertFoundAsync(
        "I9", store.Rejected.Id, store.Databases.Products,
        $"""
        update order_stock set shortages = jsonb_set(shortages, array['0', 'available'], '1') where order_id = '{store.Rejected.Id}'
        """,
        $"""
        update order_stock set shortages = jsonb_set(shortages, array['0', 'available'], '0') where order_id = '{store.Rejected.Id}'
        """);

    [Fact]
    public async Task I9_an_order_rejected_for_nothing() => await store.AssertFoundAsync(
        "I9", store.Rejected.Id, store.Databases.Products,
        $"""
        create table kept as select shortages from order_stock where order_id = '{store.Rejected.Id}';
        update order_stock set shortages = '[]' where order_id = '{store.Rejected.Id}'
        """,
        $"""
        update order_stock set shortages = kept.shortages from kept where order_id = '{store.Rejected.Id}';
        drop table kept
        """);

    [Fact]
    public async Task I9_an_order_rejected_for_want_of_what_it_did_not_want() => await store.AssertFoundAsync(
        "I9", store.Rejected.Id, store.Databases.Orders,
        $"""
        update orders set rejection = jsonb_set(rejection, array['items', '0', 'requested'], '7') where id = '{store.Rejected.Id}'
        """,
        $"""
        update orders set rejection = jsonb_set(rejection, array['items', '0', 'requested'], '1') where id = '{store.Rejected.Id}'
        """);
}
