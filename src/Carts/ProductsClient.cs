using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Products;

namespace GoCart.Carts;

/// <summary>Asks the products service what is on sale, for how much, and how many there are.</summary>
internal sealed class ProductsClient(HttpClient http)
{
    /// <summary>Those of the products that are on sale, in one call, by id.</summary>
    /// <param name="ids">Up to 100.</param>
    /// <exception cref="HttpRequestException">The service is away, or does not answer as it should.</exception>
    /// <exception cref="OperationCanceledException">It took longer than the client waits.</exception>
    public async Task<Dictionary<Guid, ProductResponse>> FindAsync(
        IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
            return [];

        // The whole answer is read within the client's time limit before this returns.
        using var response = await http.GetAsync(
            new Uri($"/api/products?ids={string.Join(',', ids)}", UriKind.Relative), cancellationToken);
        var products = await response.ReadAnswerAsync<List<ProductResponse>>(cancellationToken);
        return products.ToDictionary(product => product.Id);
    }
}
