using System.Net;
using GoCart.BuildingBlocks.Auth;
using GoCart.Contracts.Products;

namespace GoCart.BuildingBlocks.Http;

/// <summary>Asks the products service, in the name of a customer, what is on sale, for how much, and how many there are.</summary>
/// <remarks>
/// Whoever comes while a call is under way waits for its end, and one call then asks for all who have come: under load, when it
/// matters, many requests cost one call and one statement. Nobody gets an answer that was asked for earlier than it was wanted, so
/// nothing is older than if each asked alone. docs/decisions/0035 has what it brings.
/// </remarks>
public sealed class ProductsClient(HttpClient http, TimeProvider clock)
{
    /// <summary>What products answers in one call.</summary>
    private const int MaxIds = 100;

    /// <summary>How long a call holds up the next one: many times what it takes, unless something is wrong.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();

    // The newest call; and the one that has not been sent yet, which others can join.
    private Task _newest = Task.CompletedTask;
    private SharedCall? _waiting;

    /// <summary>
    /// Those of the products that are on sale, perhaps with others. From one call, which products answers from one snapshot: an
    /// order never mixes a price of before with one of after a change.
    /// </summary>
    /// <param name="ids">Up to 100.</param>
    /// <exception cref="HttpRequestException">The service is away, or does not answer as it should.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public async Task<IReadOnlyDictionary<Guid, ProductOnSale>> FindAsync(
        CurrentUser user, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
            return new Dictionary<Guid, ProductOnSale>();

        var call = JoinOrBegin(user, ids);
        try
        {
            return await call.Answer.WaitAsync(cancellationToken);
        }
        // It was the other one's session that is over.
        catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.Unauthorized && call.User != user)
        {
            return await AskAsync(user, ids, cancellationToken);
        }
    }

    private SharedCall JoinOrBegin(CurrentUser user, IReadOnlyCollection<Guid> ids)
    {
        SharedCall call;
        Task before;
        lock (_gate)
        {
            if (_waiting is { } waiting && waiting.TryAdd(ids))
                return waiting;

            call = new SharedCall(user, ids);
            // One that is full does not hold up those it has no place for.
            before = _waiting is null ? _newest : Task.CompletedTask;
            _waiting = before.IsCompleted ? _waiting : call;
            _newest = call.Answer;
        }
        // Not cancelled by the one who happened to be first: the others still want the answer when that client has gone.
        _ = RunAsync(call, before);
        return call;
    }

    private async Task RunAsync(SharedCall call, Task before)
    {
        if (!before.IsCompleted)
            await before.WaitAsync(Patience, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            if (_waiting == call)
                _waiting = null;
        }

        try
        {
            call.Succeed(await AskAsync(call.User, call.Ids, CancellationToken.None));
        }
        // Each of those who wait is told.
        catch (Exception e)
        {
            call.Fail(e);
        }
    }

    private async Task<IReadOnlyDictionary<Guid, ProductOnSale>> AskAsync(
        CurrentUser user, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        using var request = ServiceClient.RequestFor(user, HttpMethod.Get, $"/internal/products?ids={string.Join(',', ids)}");
        // Returns when the whole answer is there.
        using var response = await http.SendAsync(request, cancellationToken);
        var products = await response.ReadAnswerAsync<List<ProductOnSale>>(cancellationToken);
        return products.ToDictionary(product => product.Id);
    }

    /// <summary>One call for all who have joined it before it is sent, in the name of the first.</summary>
    private sealed class SharedCall(CurrentUser user, IReadOnlyCollection<Guid> ids)
    {
        private readonly TaskCompletionSource<IReadOnlyDictionary<Guid, ProductOnSale>> _answer =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CurrentUser User => user;

        public HashSet<Guid> Ids { get; } = [.. ids];

        public Task<IReadOnlyDictionary<Guid, ProductOnSale>> Answer => _answer.Task;

        public bool TryAdd(IReadOnlyCollection<Guid> more)
        {
            if (Ids.Count + more.Count > MaxIds)
                return false;

            Ids.UnionWith(more);
            return true;
        }

        public void Succeed(IReadOnlyDictionary<Guid, ProductOnSale> products) => _answer.SetResult(products);

        public void Fail(Exception reason) => _answer.SetException(reason);
    }
}
