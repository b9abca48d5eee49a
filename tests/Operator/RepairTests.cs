using GoCart.Cli;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using GoCart.Operator.Audit;
using GoCart.Operator.Repair;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Operator;

/// <summary>Break, have it named, repair, audit again: clean.</summary>
public sealed class RepairTests(OperatedStore store) : IClassFixture<OperatedStore>
{
    [Fact]
    public async Task A_cancellation_that_the_broker_lost_is_sent_again()
    {
        var (product, order) = await store.CancelAnOrderAsync();
        await UndoCancellationInProductsAsync(product, order);

        var report = await store.AuditAsync(settled: true);
        Assert.Contains(report.Violations, violation => violation.Is("I2", order.Id, Remedy.SendOrderCancelled));
        var result = await store.RunAsync("audit --settled --repair --yes");

        Assert.Contains($"order.cancelled of order {order.Id} is sent again", result.Error, StringComparison.Ordinal);
        await store.SettleAsync();
        Assert.Equal("released", await StockStateAsync(order));
    }

    [Fact]
    public async Task A_cancellation_that_was_handled_in_vain_gives_back_the_stock_after_all()
    {
        var (product, order) = await store.CancelAnOrderAsync();
        await UndoCancellationInProductsAsync(product, order, isHandled: true);

        var report = await store.AuditAsync(settled: true);
        Assert.Contains(report.Violations, violation => violation.Is("I2", order.Id, Remedy.SendOrderCancelled));
        var result = await store.RunAsync("audit --settled --repair --yes");

        Assert.Contains($"The stock of order {order.Id}, whose order.cancelled was handled, is given back", result.Error, StringComparison.Ordinal);
        await store.SettleAsync();
        var given = (await store.LedgerAsync(product.Id))[0];
        Assert.Equal(("restore", 3, order.Id), (given.Kind, given.Delta, given.OrderId));
        Assert.Contains("handled without giving this back", given.Reason, StringComparison.Ordinal);
        Assert.Equal(10, await store.StockAsync(product));
    }

    [Fact]
    public async Task Repairs_at_the_same_time_write_one_record_of_a_cancellation()
    {
        var (product, order) = await store.CancelAnOrderAsync();
        await UndoCancellationInProductsAsync(product, order);
        await StoreFixture.ScalarAsync<int>(store.Databases.Orders, $"delete from outbox where {order.IsCancellation()}");
        var violations = Repairer.Repairable(await store.AuditAsync());

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Repairer.RunAsync(
            store.OperatorSettings, violations, TimeProvider.System, TestContext.Current.CancellationToken)));

        Assert.Equal(1, await StoreFixture.ScalarAsync<long>(
            store.Databases.Orders, $"select count(*) from outbox where {order.IsCancellation()}"));
        await store.SettleAsync();
    }

    [Fact]
    public async Task Two_records_of_a_cancellation_do_not_stop_the_audit()
    {
        var (product, order) = await store.CancelAnOrderAsync();
        await UndoCancellationInProductsAsync(product, order);
        await StoreFixture.ScalarAsync<int>(
            store.Databases.Orders,
            $"""
            insert into outbox (message_id, exchange, type, body, sent_at)
            select gen_random_uuid(), exchange, type, body, sent_at from outbox where {order.IsCancellation()}
            """);

        var report = await store.AuditAsync();
        await StoreFixture.ScalarAsync<int>(
            store.Databases.Orders,
            $"delete from outbox where id = (select max(id) from outbox where {order.IsCancellation()})");
        await store.RunAsync("audit --settled --repair --yes");

        // Either may still be under way.
        Assert.DoesNotContain(report.Violations, violation => violation.Is("I2", order.Id, Remedy.SendOrderCancelled));
        await store.SettleAsync();
    }

    [Fact]
    public async Task A_cancellation_without_a_record_gets_one()
    {
        var (product, order) = await store.CancelAnOrderAsync();
        await UndoCancellationInProductsAsync(product, order);
        await StoreFixture.ScalarAsync<int>(
            store.Databases.Orders, $"delete from outbox where type = 'order.cancelled' and body->>'order_id' = '{order.Id}'");

        var report = await store.AuditAsync();
        Assert.Contains(report.Violations, violation => violation.Is("I3", order.Id, Remedy.SendOrderCancelled));
        await store.RunAsync("audit --repair --yes");

        await store.SettleAsync();
        Assert.Equal("released", await StockStateAsync(order));
    }

    [Fact]
    public async Task An_order_that_products_knows_nothing_of_takes_its_stock_after_all()
    {
        var product = await store.CreateProductAsync(stock: 5);
        var order = await store.OrderAsync(product.Id, 2);
        await store.SettleAsync();
        await StoreFixture.ScalarAsync<int>(
            store.Databases.Products,
            $"""
            delete from stock_ledger where order_id = '{order.Id}';
            delete from order_stock where order_id = '{order.Id}';
            update products set stock = 5 where id = '{product.Id}'
            """);

        Assert.Contains(
            (await store.AuditAsync()).Violations, violation => violation.Is("I2", order.Id, Remedy.SendOrderCreated));
        await store.RunAsync("audit --repair --yes");

        await store.SettleAsync();
        Assert.Equal(3, await store.StockAsync(product));
    }

    [Fact]
    public async Task An_order_without_its_event_gets_one_and_leaves_its_cart()
    {
        var order = await store.OrderAsync((await store.CreateProductAsync()).Id);
        await store.SettleAsync();
        await StoreFixture.ScalarAsync<int>(
            store.Databases.Orders, $"delete from outbox where type = 'order.created' and body->>'order_id' = '{order.Id}'");
        await StoreFixture.ScalarAsync<int>(
            store.Databases.Carts,
            $"""
            update carts set ordered_version = 0 where id = (select cart_id from ordered_carts where order_id = '{order.Id}');
            delete from ordered_carts where order_id = '{order.Id}'
            """);

        var violations = (await store.AuditAsync(settled: true)).Violations;
        Assert.Contains(violations, violation => violation.Is("I3", order.Id, Remedy.SendOrderCreated));
        Assert.Contains(violations, violation => violation.Is("I10", order.Id, Remedy.SendOrderCreated));
        var result = await store.RunAsync("audit --settled --repair --yes");

        Assert.Single(result.Error.Split('\n'), line => line.Contains("is sent again", StringComparison.Ordinal));
        await store.SettleAsync();
    }

    [Fact]
    public async Task A_ledger_that_does_not_sum_to_the_stock_gets_an_adjustment_with_its_reason()
    {
        var product = await store.CreateProductAsync(stock: 100);
        await StoreFixture.ScalarAsync<int>(store.Databases.Products, $"update products set stock = 107 where id = '{product.Id}'");

        Assert.Contains((await store.AuditAsync()).Violations, violation => violation.Is("I1", product.Id, Remedy.CorrectLedger));
        var result = await store.RunAsync("audit --repair --yes --output json");

        Assert.Contains("\"remedy\": \"correct_ledger\"", result.Out, StringComparison.Ordinal);
        Assert.Contains($"The ledger of product {product.Id} got an adjustment", result.Out, StringComparison.Ordinal);
        var ledger = await store.LedgerAsync(product.Id);
        Assert.Equal(("adjustment", 7, null), (ledger[0].Kind, ledger[0].Delta, ledger[0].Actor));
        Assert.Contains("the stock was 107, the ledger summed to 100", ledger[0].Reason, StringComparison.Ordinal);
        Assert.Empty((await store.AuditAsync()).Violations);
    }

    [Fact]
    public async Task Nothing_is_repaired_that_nobody_has_agreed_to_or_that_cannot_be()
    {
        var product = await store.CreateProductAsync(stock: 100);
        await StoreFixture.ScalarAsync<int>(store.Databases.Products, $"update products set stock = 107 where id = '{product.Id}'");

        var unasked = await store.RunAsync("audit --repair");
        await StoreFixture.ScalarAsync<int>(
            store.Databases.Products,
            $"""
            update products set stock = 100 where id = '{product.Id}';
            update stock_ledger set kind = 'adjustment', reason = 'x' where product_id = '{product.Id}'
            """);
        var hopeless = await store.RunAsync("audit --repair --yes");
        await StoreFixture.ScalarAsync<int>(
            store.Databases.Products, $"update stock_ledger set kind = 'initial', reason = null where product_id = '{product.Id}'");

        Assert.Equal((ExitCode.Usage, ExitCode.Failed), (unasked.ExitCode, hopeless.ExitCode));
        Assert.Contains("There is nobody to ask", unasked.Error, StringComparison.Ordinal);
        Assert.Contains("None of this can be repaired", hopeless.Error, StringComparison.Ordinal);
        Assert.Empty((await store.AuditAsync()).Violations);
    }

    /// <summary>As if the event had never arrived, or had arrived and done nothing.</summary>
    private Task<int> UndoCancellationInProductsAsync(
        ProductResponse product, OrderResponse order, bool isHandled = false) => StoreFixture.ScalarAsync<int>(
        store.Databases.Products,
        $"""
        delete from stock_ledger where order_id = '{order.Id}' and kind = 'restore';
        update order_stock set state = 'reserved' where order_id = '{order.Id}';
        update products set stock = stock - 3 where id = '{product.Id}';
        delete from inbox where queue = 'products.order.cancelled' and not {isHandled}
        """);

    private Task<string?> StockStateAsync(OrderResponse order) => StoreFixture.ScalarAsync<string>(
        store.Databases.Products, $"select state from order_stock where order_id = '{order.Id}'");
}
