using System.Collections.Concurrent;
using System.Net;
using GoCart.Contracts.Orders;

namespace GoCart.Faults.Load;

/// <summary>
/// A customer as real ones are: an order whose answer does not come, or says nothing clear, is sent again with the same
/// idempotency key until there is a clear one.
/// </summary>
internal sealed class Customer(StoreClient client, ClientLog log, Guid id, string email, string token)
{
    public const string Password = "password123";

    private const int LongestPause = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly ConcurrentQueue<Guid> _cancellable = new();
    private volatile bool _hasItems;

    public Guid Id => id;

    public string Email => email;

    public string Token => token;

    /// <summary>Something was put into the cart and not ordered yet, as far as the customer knows.</summary>
    public bool HasItems => _hasItems;

    public Task<Answer> GetAsync(Route route, string path, TimeSpan? planned = null) =>
        client.SendAsync(route, HttpMethod.Get, path, token, planned: planned);

    public async Task<Answer> AddItemAsync(Guid productId, int quantity, TimeSpan? planned = null)
    {
        var answer = await client.SendAsync(
            Route.Cart, HttpMethod.Post, "/api/cart/items", token, new { product_id = productId, quantity }, planned);
        if (answer.Exchange.IsGood)
            _hasItems = true;
        Expect(answer, HttpStatusCode.Created, HttpStatusCode.Conflict);
        return answer;
    }

    public async Task<Answer> ClearCartAsync(TimeSpan? planned = null)
    {
        var answer = await client.SendAsync(Route.Cart, HttpMethod.Delete, "/api/cart", token, planned: planned);
        if (answer.Exchange.IsGood)
            _hasItems = false;
        Expect(answer, HttpStatusCode.NoContent);
        return answer;
    }

    /// <summary>Orders what is in the cart, and does not rest before it is clear what became of it.</summary>
    /// <returns>The order, if the store says there is one; null if it says there is none.</returns>
    public async Task<OrderResponse?> PlaceOrderAsync(
        TimeSpan? planned = null, string? key = null, CancellationToken cancellationToken = default)
    {
        key ??= Guid.NewGuid().ToString();
        var answer = await TryPlaceAsync(key, planned);
        for (var tries = 1; IsUnclear(answer); tries++)
        {
            if (log.Now - (planned ?? answer.Exchange.Sent) > Patience)
            {
                log.Add(new BrokenPromise("I6", $"no clear answer for key {key} of {id} in {Patience.TotalSeconds:0} s: {answer.Exchange}"));
                return null;
            }

            // Retry-After says a second; who is refused again leaves more time, and not everybody the same.
            var pause = Math.Min(tries, LongestPause) * (0.5 + Random.Shared.NextDouble());
            await Task.Delay(TimeSpan.FromSeconds(pause), cancellationToken);
            answer = await TryPlaceAsync(key);
        }

        return answer.Exchange.IsGood ? answer.Read<OrderResponse>() : null;
    }

    /// <summary>Cancels one of the orders the customer was told of; null if there is none.</summary>
    public async Task<Answer?> CancelOneAsync(TimeSpan? planned = null)
    {
        if (!_cancellable.TryDequeue(out var orderId))
            return null;
        var answer = await CancelAsync(orderId, planned);
        // An order that exists can be found, whatever else is said about it.
        Expect(answer, HttpStatusCode.OK, HttpStatusCode.Conflict);
        return answer;
    }

    public Task<Answer> CancelAsync(Guid orderId, TimeSpan? planned = null) =>
        client.SendAsync(Route.Cancel, HttpMethod.Delete, $"/api/orders/{orderId}", token, planned: planned);

    /// <summary>One try, which may not be clear. Tells the log of the order, if there is one.</summary>
    public async Task<Answer> TryPlaceAsync(string key, TimeSpan? planned = null)
    {
        _hasItems = false;
        var answer = await client.SendAsync(
            Route.PlaceOrder, HttpMethod.Post, "/api/orders", token, planned: planned,
            prepare: headers => headers.Add("Idempotency-Key", key));
        Expect(answer, HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.Conflict);
        if (answer.Exchange.IsGood)
        {
            var order = answer.Read<OrderResponse>();
            log.Add(new ToldOrder(order.Id, id, order.TotalCents, key));
            _cancellable.Enqueue(order.Id);
        }

        return answer;
    }

    /// <summary>Another try with this key is still running, or nothing is known at all.</summary>
    private static bool IsUnclear(Answer answer) =>
        answer.Exchange.IsUnavailable || answer.Exchange.Code == "idempotency_key_in_use";

    private void Expect(Answer answer, params HttpStatusCode[] statuses)
    {
        if (answer.Status is { } status && (int)status < 500 && status != HttpStatusCode.TooManyRequests && !statuses.Contains(status))
            log.Add(new BrokenPromise("I13", $"{answer.Exchange} is no answer to that: {answer.Json}"));
    }
}
