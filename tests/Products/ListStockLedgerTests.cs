using System.Net;
using GoCart.Contracts.Products;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Products;

public sealed class ListStockLedgerTests(ProductsFixture store) : IClassFixture<ProductsFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_change_of_the_stock_is_listed_newest_first_also_after_deletion()
    {
        var product = await store.CreateProductAsync(stock: 10);
        var events = new StockEvents(store.ServiceRole);
        var order = StockEvents.Order((product.Id, 3));
        using var admin = store.Admin();
        await events.CreatedAsync(order);
        using (await admin.PatchAsJsonAsync($"/admin/products/{product.Id}", new { stock = 20 }, Cancelled)) { }
        await events.CancelledAsync(StockEvents.Cancel(order));
        using (await admin.DeleteAsync(new Uri($"/admin/products/{product.Id}", UriKind.Relative), Cancelled)) { }

        using var response = await admin.GetAsync(Ledger(product), Cancelled);

        var ledger = await response.ReadAsync<List<StockLedgerEntry>>();
        Assert.Equal(
            [
                ("restore", 3, order.OrderId, null),
                ("adjustment", 13, null, store.AdminId),
                ("sale", -3, order.OrderId, null),
                ("initial", 10, null, store.AdminId),
            ],
            ledger.Select(entry => (entry.Kind, entry.Delta, entry.OrderId, entry.Actor)));
        Assert.Equal(ledger.OrderByDescending(entry => entry.At), ledger);
    }

    [Fact]
    public async Task The_pages_of_a_ledger_hold_every_entry_once_while_it_grows()
    {
        var product = await store.CreateProductAsync(stock: 100);
        var events = new StockEvents(store.ServiceRole);
        using var admin = store.Admin();
        for (var n = 0; n < 6; n++)
            await events.CreatedAsync(StockEvents.Order((product.Id, 1)));

        var deltas = new List<int>();
        for (var next = new Uri(Ledger(product) + "?limit=2", UriKind.Relative); next is not null;)
        {
            using var response = await admin.GetAsync(next, Cancelled);
            deltas.AddRange((await response.ReadAsync<List<StockLedgerEntry>>()).Select(entry => entry.Delta));
            next = response.NextPage();
            await events.CreatedAsync(StockEvents.Order((product.Id, 5)));
        }

        Assert.Equal([-1, -1, -1, -1, -1, -1, 100], deltas);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("0198e0c0-0000-7000-8000-000000000000")]
    public async Task A_product_that_never_was_has_no_ledger(string id)
    {
        using var admin = store.Admin();

        using var response = await admin.GetAsync(new Uri($"/admin/products/{id}/stock", UriKind.Relative), Cancelled);

        await response.AssertProblemAsync(HttpStatusCode.NotFound, "product_not_found");
    }

    private static Uri Ledger(ProductResponse product) => new($"/admin/products/{product.Id}/stock", UriKind.Relative);
}
