using GoCart.Contracts.Orders;

namespace GoCart.Tests.Products;

public sealed class StockLocksTests(ProductsFixture store) : IClassFixture<ProductsFixture>
{
    [Fact]
    public async Task Copies_that_reserve_and_release_the_same_products_in_opposite_orders_never_deadlock()
    {
        var (a, b, c) = (
            await store.CreateProductAsync(stock: 100_000), await store.CreateProductAsync(stock: 100_000),
            await store.CreateProductAsync(stock: 100_000));
        var orders = Enumerable.Range(0, 400).Select(n => n % 2 == 0
            ? StockEvents.Order((a.Id, 1), (b.Id, 1), (c.Id, 1))
            : StockEvents.Order((c.Id, 1), (b.Id, 1), (a.Id, 1))).ToArray();
        var backwards = orders.Reverse().ToArray();
        var events = new StockEvents(store.ServiceRole);

        // Two copies get the same orders in opposite directions while two others cancel them in the same way.
        await Task.WhenAll(
            Task.WhenAll(orders.Chunk(40).Select(events.CreatedAsync)),
            Task.WhenAll(backwards.Chunk(25).Select(events.CreatedAsync)),
            Task.WhenAll(Cancellations(orders).Chunk(30).Select(events.CancelledAsync)),
            Task.WhenAll(Cancellations(backwards).Chunk(15).Select(events.CancelledAsync)));

        Assert.Equal(0, await store.ScalarAsync<long>(
            "select deadlocks from pg_stat_database where datname = current_database()"));
        foreach (var product in (Contracts.Products.ProductResponse[])[a, b, c])
        {
            Assert.Equal(100_000, await store.StockOfAsync(product));
            Assert.Equal(100_000, (await store.LedgerOfAsync(product)).Sum(entry => int.Parse(entry.Split(' ')[1], null)));
        }
    }

    [Fact]
    public async Task The_service_may_add_to_the_ledger_and_never_change_it()
    {
        var product = await store.CreateProductAsync(stock: 5);

        foreach (var sql in (string[])["update stock_ledger set delta = 1", "delete from stock_ledger", "delete from products",
            "delete from order_stock", "update products set created_at = now()", "truncate stock_ledger"])
        {
            await using var command = store.ServiceRole.CreateCommand(sql);
            var refusal = await Assert.ThrowsAsync<Npgsql.PostgresException>(
                () => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
            Assert.Equal(Npgsql.PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
        }
        Assert.Equal(["initial 5"], await store.LedgerOfAsync(product));
    }

    [Theory]
    [InlineData("update products set stock = -1 where id = $1", "products_stock_not_negative")]
    [InlineData("update products set price_cents = 0 where id = $1", "products_price_cents_range")]
    [InlineData("update products set name = ' ' where id = $1", "products_name_not_blank")]
    [InlineData("update products set name = repeat('a', 201) where id = $1", "products_name_length")]
    [InlineData("update products set description = repeat('a', 40001) where id = $1", "products_description_length")]
    [InlineData("insert into stock_ledger (product_id, kind, delta, at) values ($1, 'initial', 1, now())", "stock_ledger_initial_key")]
    [InlineData("insert into stock_ledger (product_id, kind, delta, at) values ($1, 'sale', -1, now())", "stock_ledger_kind_fits")]
    [InlineData("insert into stock_ledger (product_id, kind, delta, at) values ($1, 'gift', 1, now())", "stock_ledger_kind_fits")]
    [InlineData("insert into order_stock (order_id, state, decided_at) values ($1, 'lost', now())", "order_stock_state_known")]
    [InlineData("insert into order_stock (order_id, state, decided_at) values ($1, 'rejected', now())", "order_stock_shortages_when_rejected")]
    public async Task The_database_itself_refuses_what_must_never_be(string sql, string constraint)
    {
        var product = await store.CreateProductAsync();

        var refusal = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => store.ScalarAsync<object>(sql, product.Id));

        Assert.Equal(constraint, refusal.ConstraintName);
    }

    private static IEnumerable<OrderCancelled> Cancellations(IEnumerable<OrderCreated> orders) => orders.Select(StockEvents.Cancel);
}
