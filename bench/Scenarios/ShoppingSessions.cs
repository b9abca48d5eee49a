using GoCart.Bench.Store;

namespace GoCart.Bench.Scenarios;

/// <summary>Customers who put three products into their cart, one by one, order them, and wait for their stock.</summary>
/// <param name="goal">The ratio to the limit; null for none.</param>
internal sealed class ShoppingSessions(int clients, double? goal) : Scenario(
    $"session-{clients}", $"a shopping session, {clients} client{(clients > 1 ? "s" : "")}", $"{Wanted} a second, which is no limit but what is wanted", goal)
{
    private const double Wanted = 500;

    public override async Task<Measurement> MeasureAsync(Stage stage)
    {
        var customers = Assortment.Buyers.Take(clients).ToList();
        await Assortment.FillCartsAsync(stage.Store, customers, items: 0);
        using var load = stage.Load(clients, new SessionWork(stage.Assortment, customers));
        await load.SaturateAsync(TimeSpan.FromSeconds(0.5));
        var before = stage.Store.Usage();
        var result = await load.SaturateAsync(stage.Length);
        var used = stage.Store.Usage() - before;
        var wrong = Check(result);

        // The latency of the order, with the wait for its stock, while all clients are at it.
        return new(result.PerSecond, result.Percentile(0.50), result.Percentile(0.99), Wanted, used, result.Count) { Wrong = wrong };
    }
}
