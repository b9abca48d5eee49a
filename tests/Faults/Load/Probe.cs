namespace GoCart.Faults.Load;

/// <summary>Asks for one kind of thing five times a second until it is served: when a route is back.</summary>
internal static class Probe
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <returns>When the first good answer came to a request sent after this call; null if none came in time.</returns>
    public static async Task<TimeSpan?> FirstGoodAnswerAsync(Shop shop, Route route, TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = shop.Log.Now;
        var tries = new List<Task<Exchange>>();
        while (shop.Log.Now - started < limit)
        {
            // The next one does not wait for the last: a request that hangs hides no recovery.
            tries.Add(TryAsync(shop, route));
            await Task.Delay(Pause, cancellationToken);
            var good = tries.FindAll(request => request.IsCompletedSuccessfully && request.Result.IsGood);
            if (good.Count > 0)
                return good.Min(request => request.Result.Answered);
        }

        return null;
    }

    private static async Task<Exchange> TryAsync(Shop shop, Route route)
    {
        var customer = shop.Regulars[0];
        var product = shop.Assortment[0].Id;
        switch (route)
        {
            case Route.Browse:
                return (await customer.GetAsync(route, $"/api/products/{product}")).Exchange;
            case Route.Account:
                return (await customer.GetAsync(route, "/api/me")).Exchange;
            case Route.Cart:
                return (await customer.GetAsync(route, "/api/cart")).Exchange;
            case Route.ReadOrder or Route.Cancel:
                return (await customer.GetAsync(Route.ReadOrder, "/api/orders?limit=1")).Exchange;
            default:
                // Each by somebody else: two at once with one cart would be in each other's way.
                var buyer = shop.Crowd(1)[0];
                var added = (await buyer.AddItemAsync(product, 1)).Exchange;
                return added.IsGood ? await PlaceAsync(shop, buyer) : added;
        }
    }

    /// <summary>Whether the first answer was good; who got none asks on, so that the order is known in the end.</summary>
    private static async Task<Exchange> PlaceAsync(Shop shop, Customer buyer)
    {
        var key = Guid.NewGuid().ToString();
        var answer = await buyer.TryPlaceAsync(key);
        if (answer.Exchange.IsUnavailable)
            shop.Await(buyer.PlaceOrderAsync(key: key));
        return answer.Exchange;
    }
}
