using System.Net;

namespace GoCart.Faults.Load;

/// <summary>
/// Customers who come at their own pace, whether the store is quick or not (an open loop): of 100 actions 70 browse, 20 change
/// a cart, 8 order, 2 cancel. A latency counts from the planned time of its request.
/// </summary>
/// <param name="rate">Actions a second.</param>
internal sealed class MixedLoad(Shop shop, double rate, int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<Task> _actions = [];

    /// <summary>Begins actions until told to stop, and returns when all of them have come to an end.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var due = shop.Log.Now;
        while (!stop.IsCancellationRequested)
        {
            due += TimeSpan.FromSeconds(-Math.Log(1 - _random.NextDouble()) / rate);
            if (due - shop.Log.Now is { Ticks: > 0 } pause)
                await Task.Delay(pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            _actions.RemoveAll(action => action.IsCompletedSuccessfully);
            _actions.Add(Begin(due));
        }

        await Task.WhenAll(_actions);
    }

    /// <summary>Chooses here, in one thread: the same seed makes the same choices. Then lets it run.</summary>
    private Task Begin(TimeSpan planned)
    {
        var customer = Pick(shop.Regulars);
        var other = Pick(shop.Regulars);
        var product = Pick(shop.Assortment).Id;
        var quantity = _random.Next(1, 4);
        var kind = _random.NextDouble();

        return _random.Next(100) switch
        {
            < 70 => BrowseAsync(customer, other, product, kind, planned),
            < 90 => ChangeCartAsync(customer, product, quantity, kind, planned),
            < 98 => OrderAsync(customer, product, quantity, planned),
            _ => CancelAsync(customer, product, quantity, planned),
        };
    }

    private Task BrowseAsync(Customer customer, Customer other, Guid product, double kind, TimeSpan planned) => kind switch
    {
        < 0.40 => customer.GetAsync(Route.Browse, "/api/products?limit=20", planned),
        < 0.85 => customer.GetAsync(Route.Browse, $"/api/products/{product}", planned),
        < 0.93 => customer.GetAsync(Route.ReadOrder, "/api/orders?limit=5", planned),
        < 0.98 => customer.GetAsync(Route.Account, "/api/me", planned),
        _ => PryAsync(customer, other, planned),
    };

    private static async Task ChangeCartAsync(Customer customer, Guid product, int quantity, double kind, TimeSpan planned)
    {
        switch (kind)
        {
            case < 0.55:
                // More than 999 of one product is not sold: who has collected a lot throws it away.
                if ((await customer.AddItemAsync(product, quantity, planned)).Exchange.Code == "cart_limit")
                    await customer.ClearCartAsync();
                break;
            case < 0.95:
                await customer.GetAsync(Route.Cart, "/api/cart", planned);
                break;
            default:
                await customer.ClearCartAsync(planned);
                break;
        }
    }

    private async Task OrderAsync(Customer customer, Guid product, int quantity, TimeSpan planned)
    {
        if (!customer.HasItems)
        {
            await customer.AddItemAsync(product, quantity, planned);
            planned = shop.Log.Now;
        }

        await customer.PlaceOrderAsync(planned);
    }

    private async Task CancelAsync(Customer customer, Guid product, int quantity, TimeSpan planned)
    {
        if (await customer.CancelOneAsync(planned) is null)
            await OrderAsync(customer, product, quantity, planned);
    }

    /// <summary>I12: tries to see, and to cancel, what somebody else has ordered.</summary>
    private async Task PryAsync(Customer customer, Customer other, TimeSpan planned)
    {
        if (customer == other || shop.Log.Orders.Values.FirstOrDefault(order => order.UserId == other.Id) is not { } order)
            return;

        Answer[] answers =
        [
            await customer.GetAsync(Route.ReadOrder, $"/api/orders/{order.Id}", planned),
            await customer.CancelAsync(order.Id),
        ];
        foreach (var answer in answers.Where(answer => !answer.Exchange.IsUnavailable && answer.Status != HttpStatusCode.NotFound))
            shop.Log.Add(new BrokenPromise("I12", $"{answer.Exchange}, and the order is another customer's"));
    }

    private T Pick<T>(IReadOnlyList<T> list) => list[_random.Next(list.Count)];
}
