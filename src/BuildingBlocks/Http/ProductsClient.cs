using System.Net;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Hosting;
using GoCart.Contracts.Products;

namespace GoCart.BuildingBlocks.Http;

/// <summary>
/// Asks the products service, in the name of a customer, what is on sale, for how much, and how many there are. Those who ask at
/// the same time share a call.
/// </summary>
public sealed class ProductsClient
{
    /// <summary>What products answers in one call.</summary>
    private const int MaxIds = 100;

    private readonly HttpClient _http;
    private readonly RequestBatcher<Question, IReadOnlyDictionary<Guid, ProductOnSale>> _batcher;

    public ProductsClient(HttpClient http, TimeProvider clock)
    {
        _http = http;
        _batcher = new(AskAsync, NewCall, clock)
        {
            // The session of the one in whose name all were asked for is over, perhaps, and theirs are not.
            IsOfOneAlone = e => e is HttpRequestException { StatusCode: HttpStatusCode.Unauthorized },
        };
    }

    private sealed record Question(CurrentUser User, IReadOnlyCollection<Guid> Ids);

    /// <summary>
    /// Those of the products that are on sale, perhaps with others. From one call, which products answers from one snapshot: an
    /// order never mixes a price of before with one of after a change.
    /// </summary>
    /// <param name="ids">Up to 100.</param>
    /// <exception cref="HttpRequestException">The service is away, or does not answer as it should.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public async Task<IReadOnlyDictionary<Guid, ProductOnSale>> FindAsync(
        CurrentUser user, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken) =>
        ids.Count == 0
            ? new Dictionary<Guid, ProductOnSale>()
            : await _batcher.AskAsync(new(user, ids)).WaitAsync(cancellationToken);

    private static Func<Question, bool> NewCall()
    {
        var ids = new HashSet<Guid>();
        return question =>
        {
            if (ids.Count + question.Ids.Count > MaxIds)
                return false;
            ids.UnionWith(question.Ids);
            return true;
        };
    }

    /// <summary>One call, in the name of the first.</summary>
    private async Task<IReadOnlyList<IReadOnlyDictionary<Guid, ProductOnSale>>> AskAsync(IReadOnlyList<Question> questions)
    {
        var ids = questions.SelectMany(question => question.Ids).Distinct();
        using var request = ServiceClient.RequestFor(questions[0].User, HttpMethod.Get, $"/internal/products?ids={string.Join(',', ids)}");
        // Returns when the whole answer is there.
        using var response = await _http.SendAsync(request);
        var products = await response.ReadAnswerAsync<List<ProductOnSale>>(CancellationToken.None);
        return [.. Enumerable.Repeat(products.ToDictionary(product => product.Id), questions.Count)];
    }
}
