using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using GoCart.Operator.Audit;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Operator;

/// <summary>What tests do with an operated store, and look at, more than once.</summary>
internal static class StoreSteps
{
    /// <summary>An order of three of ten units, cancelled; nothing is under way any more.</summary>
    public static async Task<(ProductResponse Product, OrderResponse Order)> CancelAnOrderAsync(this OperatedStore store)
    {
        var product = await store.CreateProductAsync(stock: 10);
        var customer = await store.Clients.CustomerAsync();
        var order = await OperatedStore.OrderAsync(customer, product.Id, 3);
        await OperatedStore.CancelAsync(customer, order.Id);
        await store.SettleAsync();
        return (product, order);
    }

    public static Task<int> StockAsync(this OperatedStore store, ProductResponse product) => StoreFixture.ScalarAsync<int>(
        store.Databases.Products, $"select stock from products where id = '{product.Id}'");

    public static async Task<List<StockLedgerEntry>> LedgerAsync(this OperatedStore store, Guid productId)
    {
        var admin = await store.Clients.AdminAsync();
        using var answer = await admin.Http.GetAsync(new Uri($"/admin/products/{productId}/stock", UriKind.Relative));
        return await answer.ReadAsync<List<StockLedgerEntry>>(System.Net.HttpStatusCode.OK);
    }

    public static bool Is(this Violation violation, string invariant, Guid row, Remedy remedy) =>
        (violation.Invariant, violation.Row, violation.Remedy) == (invariant, row.ToString(), remedy);

    /// <summary>A condition on rows of the outbox.</summary>
    public static string IsCancellation(this OrderResponse order) => $"type = 'order.cancelled' and body->>'order_id' = '{order.Id}'";
}
