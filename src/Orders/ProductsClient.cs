using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;

namespace GoCart.Orders;

/// <summary>Asks the products service what is on sale, for how much, and how many there are.</summary>
internal sealed class ProductsClient(HttpClient http)
{
    /// <summary>
    /// Those of the products that are on sale. One call, which products answers from one snapshot: an order never mixes a price
    /// of before with one of after a change.
    /// </summary>
    /// <param name="ids">1 to 100.</param>
    /// <exception cref="HttpRequestException">The service is away, or does not answer as it should.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public async Task<Dictionary<Guid, ProductOnSale>> FindAsync(
        CurrentUser user, IEnumerable<Guid> ids, CancellationToken cancellationToken)
    {
        using var request = ServiceClient.RequestFor(user, HttpMethod.Get, $"/api/products?ids={string.Join(',', ids)}");
        // Returns when the whole answer is there.
        using var response = await http.SendAsync(request, cancellationToken);
        var products = await response.ReadAnswerAsync<List<ProductOnSale>>(cancellationToken);
        return products.ToDictionary(product => product.Id);
    }
}

/// <summary>What an order needs to know of a product; the rest of the answer is passed over.</summary>
internal sealed record ProductOnSale
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required long PriceCents { get; init; }

    public required string Currency { get; init; }

    public required int Stock { get; init; }
}
