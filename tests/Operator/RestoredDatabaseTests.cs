using GoCart.Contracts.Orders;
using GoCart.Operator.Audit;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Operator;

/// <summary>One database has gone back to a moment before, and the others have not.</summary>
public sealed class RestoredDatabaseTests(OperatedStore store) : IClassFixture<OperatedStore>
{
    [Fact]
    public async Task Orders_that_a_restored_database_does_not_have_any_more_are_written_off_and_their_stock_is_given_back()
    {
        var product = await store.CreateProductAsync(stock: 10);
        var customer = await store.Clients.CustomerAsync();
        var kept = await OperatedStore.OrderAsync(customer, product.Id, 1);
        var reserved = await OperatedStore.OrderAsync(customer, product.Id, 3);
        var cancelled = await OperatedStore.OrderAsync(customer, product.Id, 2);
        await OperatedStore.CancelAsync(customer, cancelled.Id);
        await store.SettleAsync();
        await LoseAsync(reserved, cancelled);

        var found = (await store.AuditAsync(settled: true)).Violations;
        Assert.Equal(["I10", "I3"], found.Select(violation => violation.Invariant).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(
            new[] { reserved.Id, cancelled.Id }.Order(), found.Select(violation => Guid.Parse(violation.Row)).Distinct().Order());
        var result = await store.RunAsync("audit --settled --repair --yes");

        Assert.Contains($"Order {reserved.Id} is written down as lost, and its stock is given back", result.Error, StringComparison.Ordinal);
        Assert.Contains($"Order {cancelled.Id} is written down as lost; no stock was taken for it", result.Error, StringComparison.Ordinal);
        await store.SettleAsync();
        Assert.Equal(9, await store.StockAsync(product));
        var given = (await store.LedgerAsync(product.Id))[0];
        Assert.Equal(("restore", 3, reserved.Id), (given.Kind, given.Delta, given.OrderId));
        Assert.Contains("the order is lost", given.Reason, StringComparison.Ordinal);

        // The customer goes on with the same cart.
        var next = await OperatedStore.OrderAsync(customer, product.Id, 1);
        await store.SettleAsync();
        Assert.NotEqual(kept.Id, next.Id);
    }

    [Fact]
    public async Task An_order_restored_to_before_its_cancellation_is_cancelled_once_more()
    {
        var (product, order) = await store.CancelAnOrderAsync();
        await UndoCancellationInOrdersAsync(order);

        Assert.Contains((await store.AuditAsync()).Violations, violation => violation.Is("I2", order.Id, Remedy.CancelOrder));
        var result = await store.RunAsync("audit --repair --yes");

        Assert.Contains($"Order {order.Id}, whose stock was given back, is cancelled", result.Error, StringComparison.Ordinal);
        await store.SettleAsync();
        Assert.Equal(10, await store.StockAsync(product));
        Assert.Equal("cancelled stock_given_back", await StoreFixture.ScalarAsync<string>(
            store.Databases.Orders, $"select status || ' ' || reason from order_history where order_id = '{order.Id}' order by version desc limit 1"));
    }

    [Fact]
    public async Task An_order_of_a_cart_that_a_restored_database_does_not_have_is_told_of_once()
    {
        var order = await store.OrderAsync((await store.CreateProductAsync()).Id);
        await store.SettleAsync();
        await StoreFixture.ScalarAsync<int>(
            store.Databases.Carts,
            $"""
            delete from carts where id = (select cart_id from ordered_carts where order_id = '{order.Id}');
            delete from ordered_carts where order_id = '{order.Id}'
            """);

        Assert.Contains(
            (await store.AuditAsync(settled: true)).Violations, violation => violation.Is("I10", order.Id, Remedy.SendOrderCreated));
        await store.RunAsync("audit --settled --repair --yes");

        await store.SettleAsync();
    }

    /// <summary>As if the orders database had been restored to a moment before it.</summary>
    private Task<int> UndoCancellationInOrdersAsync(OrderResponse order) => StoreFixture.ScalarAsync<int>(
        store.Databases.Orders,
        $"""
        alter table orders disable trigger orders_edges;
        update orders set status = 'pending', stock_state = 'reserved', version = version - 1 where id = '{order.Id}';
        alter table orders enable trigger orders_edges;
        delete from order_history where order_id = '{order.Id}' and status = 'cancelled';
        delete from outbox where {order.IsCancellation()}
        """);

    /// <summary>As if the orders database had been restored to a moment before them.</summary>
    private Task<int> LoseAsync(params OrderResponse[] orders)
    {
        var ids = string.Join(',', orders.Select(order => $"'{order.Id}'"));
        return StoreFixture.ScalarAsync<int>(
            store.Databases.Orders,
            $"""
            delete from outbox where body->>'order_id' in ({ids});
            delete from order_history where order_id in ({ids});
            delete from order_items where order_id in ({ids});
            delete from orders where id in ({ids})
            """);
    }
}
