using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Orders;

namespace GoCart.Orders;

/// <summary>Asks the products service what it did for an order; it answers support and admin only.</summary>
internal sealed class ProductsTimelineClient(HttpClient http)
{
    /// <param name="messages">The events that orders wrote about it.</param>
    /// <exception cref="HttpRequestException">The service is away, or does not answer as it should.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public async Task<ServiceTimeline> GetAsync(
        CurrentUser user, Guid orderId, IEnumerable<Guid> messages, CancellationToken cancellationToken)
    {
        var query = string.Join('&', messages.Select(message => $"messages={message}"));
        using var request = ServiceClient.RequestFor(user, HttpMethod.Get, $"/internal/orders/{orderId}/timeline?{query}");
        // Returns when the whole answer is there.
        using var response = await http.SendAsync(request, cancellationToken);
        return await response.ReadAnswerAsync<ServiceTimeline>(cancellationToken);
    }
}
