using GoCart.Contracts.Products;
using GoCart.Faults.Load;

namespace GoCart.Faults.LoadTable;

/// <summary>
/// Shoppers who come at their own pace, whether the store is quick or not: of 100 actions 70 browse, 20 change a cart, 8 order,
/// 2 cancel. A latency counts from the planned time of its request.
/// </summary>
/// <remarks>
/// As cheap as it gets, for it shares the machine with the store that it measures: <see cref="Connection"/> instead of
/// HttpClient, and nothing is written down but numbers. The generator of the bench is another one for good reason: its one thread
/// saturates a fixed number of connections with requests that are bytes already, while these shoppers come at random, do things
/// that take several requests, and have as many connections as that needs.
/// </remarks>
internal sealed class OpenLoop(Connections connections, Shop shop, IReadOnlyList<Shopper> crowd, IReadOnlyList<Shopper> members)
{
    /// <summary>Longer than every deadline of the store: what takes that long has broken one.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Timers are no finer; what is due in between begins together.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly IReadOnlyList<ProductResponse> _assortment = shop.Assortment;

    /// <summary>Begins actions for that long, and returns when all of them have come to an end.</summary>
    /// <param name="rate">Actions a second.</param>
    /// <param name="browseOnly">Nobody buys.</param>
    public async Task RunAsync(double rate, TimeSpan length, int seed, bool browseOnly, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(length + Patience);
        var random = new Random(seed);
        var underWay = new Countdown();
        var due = connections.Now;
        var end = due + length;
        while (due < end && !cancellationToken.IsCancellationRequested)
        {
            if (due - connections.Now is { Ticks: > 0 } pause)
            {
                await Task.Delay(pause < Tick ? Tick : pause, cancellationToken);
                continue;
            }

            underWay.Add(BeginAsync(random, browseOnly, due, patience.Token));
            due += TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / rate);
        }

        await underWay.WaitAsync();
    }

    private Task BeginAsync(Random random, bool browseOnly, TimeSpan planned, CancellationToken cancellationToken)
    {
        var shopper = crowd[random.Next(crowd.Count)];
        var product = _assortment[random.Next(_assortment.Count)].Id;
        var quantity = random.Next(1, 4);
        var kind = random.NextDouble();
        return random.Next(browseOnly ? 65 : 100) switch
        {
            < 28 => shopper.GetAsync(Route.Browse, "/api/products?limit=20", planned, cancellationToken),
            < 65 => shopper.GetAsync(Route.Browse, $"/api/products/{product:D}", planned, cancellationToken),
            < 68 => shopper.GetAsync(Route.ReadOrder, "/api/orders?limit=5", planned, cancellationToken),
            < 70 => members[random.Next(members.Count)].GetAsync(Route.Account, "/api/me", planned, cancellationToken),
            < 90 => kind switch
            {
                < 0.55 => shopper.AddItemAsync(product, quantity, planned, cancellationToken),
                < 0.95 => shopper.GetAsync(Route.Cart, "/api/cart", planned, cancellationToken),
                _ => shopper.ClearCartAsync(planned, cancellationToken),
            },
            < 98 => shopper.OrderAsync(product, planned, cancellationToken),
            _ => shopper.CancelAsync(product, planned, cancellationToken),
        };
    }
}
