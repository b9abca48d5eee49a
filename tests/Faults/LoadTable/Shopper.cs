using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using GoCart.Contracts;
using GoCart.Contracts.Orders;
using GoCart.Faults.Load;

namespace GoCart.Faults.LoadTable;

/// <summary>A customer for large numbers of requests, who does not ask again: what is turned away is turned away.</summary>
internal sealed class Shopper(Connections connections, ClientLog log, Customer customer)
{
    private readonly string _headers = $"Host: 127.0.0.1\r\nAuthorization: Bearer {customer.Token}\r\n";
    private readonly ConcurrentQueue<Guid> _cancellable = new();
    private volatile bool _hasItems;

    public async Task GetAsync(Route route, string path, TimeSpan planned, CancellationToken cancellationToken) =>
        await connections.SendAsync(route, planned, "GET", path, _headers, cancellationToken: cancellationToken);

    public async Task<bool> AddItemAsync(Guid productId, int quantity, TimeSpan planned, CancellationToken cancellationToken)
    {
        var (status, _) = await connections.SendAsync(
            Route.Cart, planned, "POST", "/api/cart/items", _headers,
            $$"""{"product_id":"{{productId:D}}","quantity":{{quantity}}}""", cancellationToken: cancellationToken);
        var isAdded = status == (int)HttpStatusCode.Created;
        if (isAdded)
            _hasItems = true;
        // More than 999 of one product is not sold: who has collected a lot throws it away.
        if (status == (int)HttpStatusCode.Conflict)
            await ClearCartAsync(connections.Now, cancellationToken);
        return isAdded;
    }

    public async Task ClearCartAsync(TimeSpan planned, CancellationToken cancellationToken)
    {
        _hasItems = false;
        await connections.SendAsync(Route.Cart, planned, "DELETE", "/api/cart", _headers, cancellationToken: cancellationToken);
    }

    /// <summary>Orders what is in the cart, after putting something there if it is empty.</summary>
    public async Task OrderAsync(Guid productId, TimeSpan planned, CancellationToken cancellationToken)
    {
        if (!_hasItems)
        {
            if (!await AddItemAsync(productId, 1, planned, cancellationToken))
                return;
            planned = connections.Now;
        }

        _hasItems = false;
        var key = Guid.NewGuid().ToString();
        var (_, body) = await connections.SendAsync(
            Route.PlaceOrder, planned, "POST", "/api/orders", $"{_headers}Idempotency-Key: {key}\r\n",
            wantsBody: true, cancellationToken: cancellationToken);
        if (body.Length == 0)
            return;

        var order = JsonSerializer.Deserialize<OrderResponse>(body, Json.Tolerant)
            ?? throw new InvalidOperationException("The order was answered null.");
        log.Add(new ToldOrder(order.Id, customer.Id, order.TotalCents, key));
        _cancellable.Enqueue(order.Id);
    }

    /// <summary>Cancels the oldest of the orders there are, or orders something if there is none.</summary>
    public async Task CancelAsync(Guid productId, TimeSpan planned, CancellationToken cancellationToken)
    {
        if (!_cancellable.TryDequeue(out var orderId))
        {
            await OrderAsync(productId, planned, cancellationToken);
            return;
        }

        await connections.SendAsync(
            Route.Cancel, planned, "DELETE", $"/api/orders/{orderId:D}", _headers, cancellationToken: cancellationToken);
    }
}
