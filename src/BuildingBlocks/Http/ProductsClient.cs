using GoCart.BuildingBlocks.Auth;
using GoCart.Contracts.Products;

namespace GoCart.BuildingBlocks.Http;

/// <summary>Asks the products service, in the name of a customer, what is on sale, for how much, and how many there are.</summary>
public sealed class ProductsClient(HttpClient http)
{
    /// <summary>
    /// Those of the products that are on sale. One call, which products answers from one snapshot: an order never mixes a price
    /// of before with one of after a change.
    /// </summary>
    /// <param name="ids">Up to 100.</param>
    /// <exception cref="HttpRequestException">The service is away, or does not answer as it should.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public async Task<Dictionary<Guid, ProductOnSale>> FindAsync(
        CurrentUser user, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
            return [];

        using var request = ServiceClient.RequestFor(user, HttpMethod.Get, $"/internal/products?ids={string.Join(',', ids)}");
        // Returns when the whole answer is there.
        using var response = await http.SendAsync(request, cancellationToken);
        var products = await response.ReadAnswerAsync<List<ProductOnSale>>(cancellationToken);
        return products.ToDictionary(product => product.Id);
    }
}
