using System.Net;
using System.Text.Json;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.EndToEnd;

/// <summary>
/// A customer who does not give up: whatever fails is tried again until there is an answer that says something, orders always
/// with the same idempotency key. Remembers every order the store told of.
/// </summary>
internal sealed class Shopper(StoreUser user)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, Guid> _orders = [];

    public StoreUser User => user;

    /// <summary>The orders the store accepted, by idempotency key.</summary>
    public IReadOnlyDictionary<string, Guid> Orders => _orders;

    /// <summary>How often an answer was 502, 503 or 504, or did not come at all.</summary>
    public int Interruptions { get; private set; }

    /// <summary>Puts the product into the cart and orders it.</summary>
    public async Task BuyAsync(ProductResponse product, CancellationToken cancellationToken)
    {
        using var added = await UntilAnsweredAsync(
            () => user.Http.PostAsJsonAsync("/api/cart/items", new { product_id = product.Id, quantity = 1 }, cancellationToken),
            cancellationToken);
        Assert.True(added.StatusCode == HttpStatusCode.Created, await added.Content.ReadAsStringAsync(cancellationToken));

        var key = Guid.NewGuid().ToString();
        using var placed = await UntilAnsweredAsync(() => PlaceAsync(key, cancellationToken), cancellationToken);
        var body = await placed.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(placed.IsSuccessStatusCode, $"{placed.StatusCode}: {body}");

        using var order = JsonDocument.Parse(body);
        _orders.Add(key, order.RootElement.GetProperty("id").GetGuid());
    }

    /// <summary>What the store says this customer has ordered.</summary>
    public async Task<List<OrderResponse>> ListOrdersAsync(CancellationToken cancellationToken)
    {
        using var response = await UntilAnsweredAsync(
            () => user.Http.GetAsync(new Uri("/api/orders?limit=200", UriKind.Relative), cancellationToken), cancellationToken);
        return await response.ReadAsync<List<OrderResponse>>();
    }

    private async Task<HttpResponseMessage> PlaceAsync(string key, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/orders");
        request.Headers.Add("Idempotency-Key", key);
        return await user.Http.SendAsync(request, cancellationToken);
    }

    private async Task<HttpResponseMessage> UntilAnsweredAsync(
        Func<Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                var response = await send();
                if (response.StatusCode is not (HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
                    or HttpStatusCode.GatewayTimeout or HttpStatusCode.TooManyRequests) || IsPatienceOver(started))
                    return response;

                response.Dispose();
            }
            // The gateway itself is among those killed.
            catch (HttpRequestException) when (!IsPatienceOver(started))
            {
            }

            Interruptions++;
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }

    private static bool IsPatienceOver(long started) => TimeProvider.System.GetElapsedTime(started) > Patience;
}
