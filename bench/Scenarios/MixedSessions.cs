using GoCart.Bench.Store;

namespace GoCart.Bench.Scenarios;

/// <summary>Shopping sessions while prices change and products come and go, beside the same without that.</summary>
internal sealed class MixedSessions(string name, string how, double exponent) : Scenario(
    name, $"shopping sessions with 7 % price changes and 3 % products replaced, {how}, {Clients} clients",
    "the same clients with nothing but sessions, on the same products", 0.8)
{
    private const int Clients = 8;
    private const int Products = 1000;

    private Guid[]? _products;

    public override async Task<Measurement> MeasureAsync(Stage stage)
    {
        _products ??= await MakeProductsAsync(stage);
        var admin = await Administrator.SignInAsync(stage.Store.Gateway);
        List<int> customers = [.. Assortment.Buyers.Take(Clients)];
        var popularity = new Popularity(_products.Length, exponent);
        await Assortment.FillCartsAsync(stage.Store, customers, items: 0);

        var work = new MixedSessionWork(stage.Assortment, customers, admin, popularity, _products);
        using var load = stage.Load(Clients, work);
        await load.SaturateAsync(TimeSpan.FromSeconds(1));
        var before = stage.Store.Usage();
        var result = await load.SaturateAsync(stage.Length);
        var used = stage.Store.Usage() - before;
        var wrong = Check(result);

        _products = work.OnSale;
        var limit = await MeasureLimitAsync(stage, customers, _products);
        return new(result.PerSecond, result.Percentile(0.50), result.Percentile(0.99), limit, used, result.Count) { Wrong = wrong };
    }

    private async Task<double> MeasureLimitAsync(Stage stage, List<int> customers, Guid[] products)
    {
        await Assortment.FillCartsAsync(stage.Store, customers, items: 0);
        var popularity = new Popularity(products.Length, exponent);
        using var load = stage.Load(Clients, new SessionWork(stage.Assortment, customers, products, popularity));
        await load.SaturateAsync(TimeSpan.FromSeconds(1));
        var result = await load.SaturateAsync(stage.Length);
        Check(result);
        return result.PerSecond;
    }

    /// <summary>Of its own: what it deletes is missed by no other scenario.</summary>
    private static async Task<Guid[]> MakeProductsAsync(Stage stage)
    {
        Guid[] products = [.. Enumerable.Range(0, Products).Select(_ => Guid.CreateVersion7())];
        await stage.Store.ExecuteAsync("products", Sql.Read("own-products.sql"), products);
        return products;
    }
}
