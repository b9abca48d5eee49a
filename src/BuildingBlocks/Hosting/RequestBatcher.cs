namespace GoCart.BuildingBlocks.Hosting;

/// <summary>
/// Does in one go what several requests want at the same time, as a DataLoader does: whoever comes while a batch is under way
/// waits for its end, and one batch is then run for all who have come. Under load, when it matters, many requests cost one
/// statement or one call. Who is alone waits for nobody. docs/decisions/0039 has what it brings.
/// </summary>
/// <remarks>
/// No batch is run before all in it have asked: nobody gets an answer that is older than if he had asked alone.
/// </remarks>
/// <param name="run">Answers all requests of a batch, in their order. What it throws, all of them get.</param>
/// <param name="newBatch">Makes for each batch what decides, and remembers, who has a place in it; the first has one in any case.</param>
public sealed class RequestBatcher<TRequest, TAnswer>(
    Func<IReadOnlyList<TRequest>, Task<IReadOnlyList<TAnswer>>> run, Func<Func<TRequest, bool>> newBatch, TimeProvider clock)
{
    /// <summary>How long a batch holds up the next one: many times what it takes, unless something is wrong.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();

    // The end of the newest batch; and the one that has not begun yet, which others can join.
    private Task _newest = Task.CompletedTask;
    private Batch? _waiting;

    /// <param name="most">As many requests have a place in a batch.</param>
    public RequestBatcher(Func<IReadOnlyList<TRequest>, Task<IReadOnlyList<TAnswer>>> run, int most, TimeProvider clock)
        : this(run, () => UpTo(most), clock)
    {
    }

    /// <summary>
    /// Failures of a batch for which one of its requests may be to blame. Nothing has been done then, and each is run by itself:
    /// the others get their answers. None, unless told otherwise.
    /// </summary>
    public Func<Exception, bool> IsOfOneAlone { get; init; } = _ => false;

    /// <summary>Not to be cancelled: the others in the batch still want their answers when one of them has gone.</summary>
    public Task<TAnswer> AskAsync(TRequest request)
    {
        var place = new Place(request);
        Batch batch;
        Task before;
        lock (_gate)
        {
            if (_waiting?.TryAdd(place) is true)
                return place.Answer.Task;

            batch = new Batch(place, newBatch());
            // One without a place does not hold up those it has no place for.
            before = _waiting is null ? _newest : Task.CompletedTask;
            _waiting = before.IsCompleted ? _waiting : batch;
            _newest = batch.End.Task;
        }
        _ = RunAsync(batch, before);
        return place.Answer.Task;
    }

    private async Task RunAsync(Batch batch, Task before)
    {
        if (!before.IsCompleted)
            await before.WaitAsync(Patience, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            if (_waiting == batch)
                _waiting = null;
        }
        await AnswerAsync(batch.Places);
        batch.End.SetResult();
    }

    private async Task AnswerAsync(List<Place> places)
    {
        try
        {
            var answers = await run([.. places.Select(place => place.Request)]);
            for (var i = 0; i < places.Count; i++)
                places[i].Answer.SetResult(answers[i]);
        }
        catch (Exception e) when (places.Count > 1 && IsOfOneAlone(e))
        {
            await Task.WhenAll(places.Select(place => AnswerAsync([place])));
        }
        // Each of those who wait is told.
        catch (Exception e)
        {
            foreach (var place in places)
                place.Answer.TrySetException(e);
        }
    }

    private static Func<TRequest, bool> UpTo(int most)
    {
        var count = 0;
        return _ => ++count <= most;
    }

    private sealed class Place(TRequest request)
    {
        public TRequest Request => request;

        public TaskCompletionSource<TAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Changed under the lock, and by nobody once it has begun.</summary>
    private sealed class Batch
    {
        private readonly Func<TRequest, bool> _hasPlace;

        public Batch(Place first, Func<TRequest, bool> hasPlace)
        {
            _hasPlace = hasPlace;
            _ = hasPlace(first.Request);
            Places.Add(first);
        }

        public List<Place> Places { get; } = [];

        public TaskCompletionSource End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool TryAdd(Place place)
        {
            var isAdded = _hasPlace(place.Request);
            if (isAdded)
                Places.Add(place);
            return isAdded;
        }
    }
}
