using GoCart.Bench.Limits;
using GoCart.Bench.Load;
using GoCart.Bench.Store;

namespace GoCart.Bench.Scenarios;

/// <summary>64 customers put units of 90 products into their carts.</summary>
internal sealed class AddToCart() : HttpScenario(
    "add", "add to cart", "the same as one statement by pgbench, 16 clients", 0.35, Connections)
{
    private const int Connections = 48;

    protected override async Task<RunningWork> BeginAsync(Stage stage)
    {
        // A product is in a cart 999 times at most.
        await Assortment.FillCartsAsync(stage.Store, Assortment.Buyers, items: 1);
        var requests = Enumerable.Range(0, 90).SelectMany(product => Assortment.Buyers.Select(buyer => Requests.Post(
            "/api/cart/items", stage.Assortment.TokenOf(buyer),
            $$"""{"product_id":"{{stage.Assortment.ProductId(product)}}","quantity":1}""")));
        return new(new Rotation([.. requests], 201));
    }

    protected override Task<double> MeasureLimitAsync(Stage stage) =>
        PgBench.RunAsync(stage.Store, "limit_carts", "add-to-cart.sql", clients: 16, stage.Length);
}
