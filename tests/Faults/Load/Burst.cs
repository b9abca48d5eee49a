namespace GoCart.Faults.Load;

/// <summary>Many things at once, as many at a time as there are clients.</summary>
internal static class Burst
{
    private const int Clients = 24;

    public static Task RunAsync<T>(IEnumerable<T> items, Func<T, Task> action, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            items, new ParallelOptions { MaxDegreeOfParallelism = Clients, CancellationToken = cancellationToken },
            async (item, _) => await action(item));

    /// <summary>Each by a customer of its own, of whatever the shop has.</summary>
    public static Task PlaceOrdersAsync(Shop shop, int count, CancellationToken cancellationToken) =>
        RunAsync(
            shop.Crowd(count).Index(),
            async buyer =>
            {
                await buyer.Item.AddItemAsync(shop.Assortment[buyer.Index % shop.Assortment.Count].Id, 1);
                await buyer.Item.PlaceOrderAsync(cancellationToken: cancellationToken);
            },
            cancellationToken);
}
