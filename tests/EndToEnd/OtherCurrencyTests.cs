using GoCart.Tests.Infrastructure;
using GoCart.Tests.Orders;

namespace GoCart.Tests.EndToEnd;

/// <summary>A store that does not sell in dollars.</summary>
public sealed class OtherCurrencyTests(OtherCurrencyTests.EuroStore store) : IClassFixture<OtherCurrencyTests.EuroStore>
{
    [Fact]
    public async Task Products_carts_and_orders_are_in_the_currency_of_the_store()
    {
        var customer = await store.Clients.CustomerAsync();
        var empty = await customer.GetCartAsync();
        var product = await store.CreateProductAsync();

        await customer.AddToCartAsync(product);
        var cart = await customer.GetCartAsync();
        var order = await customer.OrderWithStockAsync(product);

        Assert.Equal(
            ["EUR", "EUR", "EUR", "EUR"], [empty.Currency, product.Currency, cart.Currency, order.Currency]);
    }

    public sealed class EuroStore(LocalServers servers) : StoreFixture(servers)
    {
        protected override IReadOnlyDictionary<string, string?> Settings =>
            new Dictionary<string, string?> { ["Store:Currency"] = "EUR" };
    }
}
