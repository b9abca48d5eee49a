using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts;
using GoCart.Contracts.Carts;
using GoCart.Contracts.Orders;

namespace GoCart.Orders;

/// <summary>Asks the carts service, in the name of the customer, what is in the cart, and tells it what was ordered.</summary>
internal sealed class CartsClient(HttpClient http)
{
    /// <exception cref="HttpRequestException">The service is away, or does not answer as it should.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public async Task<CartContents> GetAsync(CurrentUser user, CancellationToken cancellationToken)
    {
        using var request = ServiceClient.RequestFor(user, HttpMethod.Get, "/internal/cart");
        // Returns when the whole answer is there.
        using var response = await http.SendAsync(request, cancellationToken);
        return await response.ReadAnswerAsync<CartContents>(cancellationToken);
    }

    /// <summary>Has the items of an order taken out of the cart; once for each version of it, however often this is called.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public async Task RemoveOrderedAsync(CurrentUser user, OrderedContents ordered, CancellationToken cancellationToken)
    {
        using var request = ServiceClient.RequestFor(user, HttpMethod.Post, "/internal/cart/ordered");
        request.Content = JsonContent.Create(ordered, options: Json.Tolerant);
        using var response = await http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>When an order left its cart; carts answers support and admin only.</summary>
    /// <param name="messages">The events that orders wrote about it.</param>
    /// <inheritdoc cref="GetAsync"/>
    public async Task<ServiceTimeline> GetTimelineAsync(
        CurrentUser user, Guid orderId, Guid cartId, long cartVersion, IEnumerable<Guid> messages, CancellationToken cancellationToken)
    {
        var query = string.Concat(messages.Select(message => $"&messages={message}"));
        using var request = ServiceClient.RequestFor(
            user, HttpMethod.Get, $"/internal/orders/{orderId}/timeline?cart_id={cartId}&cart_version={cartVersion}{query}");
        using var response = await http.SendAsync(request, cancellationToken);
        return await response.ReadAnswerAsync<ServiceTimeline>(cancellationToken);
    }
}

/// <summary>A version of a cart, and what of it became an order. Carts reads it, strictly, as its <c>RemoveOrderedRequest</c>.</summary>
internal sealed record OrderedContents(Guid CartId, long CartVersion, Guid OrderId, IReadOnlyList<OrderedItem> Items);
