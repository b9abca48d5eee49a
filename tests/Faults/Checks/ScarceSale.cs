using Dapper;
using GoCart.Contracts.Products;
using GoCart.Faults.Load;
using GoCart.Faults.Store;

namespace GoCart.Faults.Checks;

/// <summary>I9: a product of which there is less than people want, bought at random moments of the round.</summary>
internal sealed class ScarceSale
{
    private const int Stock = 8;
    private const int Buyers = 14;

    private static readonly TimeSpan Span = TimeSpan.FromSeconds(8);

    private readonly ProductResponse _product;
    private readonly Task _buying;

    private ScarceSale(Shop shop, ProductResponse product, IReadOnlyList<Customer> buyers, Random random)
    {
        _product = product;
        _buying = Task.WhenAll(buyers.Select(buyer => BuyAsync(shop, buyer, product, random.NextDouble() * Span)));
    }

    public static async Task<ScarceSale> BeginAsync(Shop shop, int seed)
    {
        var product = await shop.CreateProductAsync($"Scarce {seed}", 999, Stock);
        return new ScarceSale(shop, product, shop.Crowd(Buyers), new Random(seed));
    }

    /// <summary>Waits until every buyer knows what became of the order.</summary>
    public Task EndAsync() => _buying;

    public async Task<IReadOnlyList<BrokenPromise>> FindBrokenAsync(FaultStore store, CancellationToken cancellationToken)
    {
        await using var orders = await store.ConnectAsync("orders", cancellationToken);
        var sales = (await orders.QueryAsync<Sale>(
            """
            select orders.id, stock_state, quantity
            from orders join order_items on order_id = orders.id
            where product_id = @Id
            """,
            new { _product.Id })).ToList();

        // Nothing is ever given back here, so stock only falls: an order that would fit what is left now would have fitted
        // whenever it was refused.
        var left = Stock - sales.Where(sale => sale.StockState == "reserved").Sum(sale => sale.Quantity);
        var wronglyRefused = sales.Where(sale => sale.StockState == "rejected" && sale.Quantity <= left);
        return
        [
            .. left < 0 ? [new BrokenPromise("I9", $"{-left} units more were sold of {_product.Id} than there were")] : Array.Empty<BrokenPromise>(),
            .. wronglyRefused.Select(sale => new BrokenPromise(
                "I9", $"order {sale.Id} of {sale.Quantity} units of {_product.Id} was rejected, and {left} are left")),
        ];
    }

    private static async Task BuyAsync(Shop shop, Customer buyer, ProductResponse product, TimeSpan pause)
    {
        await Task.Delay(pause);
        while ((await buyer.AddItemAsync(product.Id, 1)).Exchange.IsUnavailable)
            await Task.Delay(TimeSpan.FromSeconds(1));
        if (buyer.HasItems)
            await buyer.PlaceOrderAsync();
    }

    private sealed record Sale(Guid Id, string StockState, int Quantity);
}
