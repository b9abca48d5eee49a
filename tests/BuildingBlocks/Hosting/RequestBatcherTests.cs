using GoCart.BuildingBlocks.Hosting;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.BuildingBlocks.Hosting;

/// <summary>Numbers ask for their squares; the first batch is under way until it is told to end.</summary>
public sealed class RequestBatcherTests
{
    private readonly List<int[]> _batches = [];
    private readonly TaskCompletionSource _mayEnd = new();

    [Fact]
    public async Task Each_gets_its_own_answer()
    {
        var batcher = Batcher(most: 100);
        var first = batcher.AskAsync(0);
        var others = Enumerable.Range(1, 50).Select(batcher.AskAsync).ToList();
        _mayEnd.SetResult();

        Assert.Equal(0, await first);
        Assert.Equal(Enumerable.Range(1, 50).Select(number => number * number), await Task.WhenAll(others));
        Assert.Equal([1, 50], _batches.Select(batch => batch.Length));
    }

    [Fact]
    public async Task Who_has_no_place_in_the_next_batch_waits_for_nobody()
    {
        var batcher = Batcher(most: 2);
        var first = batcher.AskAsync(0);
        Task<int>[] next = [batcher.AskAsync(1), batcher.AskAsync(2)];

        Assert.Equal(9, await batcher.AskAsync(3));
        Assert.False(first.IsCompleted || next.Any(answer => answer.IsCompleted));

        _mayEnd.SetResult();
        int[] answers = await Task.WhenAll([first, .. next]);
        Assert.Equal([0, 1, 4], answers);
    }

    [Fact]
    public async Task A_failure_that_one_is_to_blame_for_is_his_alone()
    {
        var batcher = Batcher(most: 100, isOfOneAlone: true);
        var first = batcher.AskAsync(0);
        var spoiler = batcher.AskAsync(-1);
        var others = Enumerable.Range(1, 5).Select(batcher.AskAsync).ToList();
        _mayEnd.SetResult();

        await first;
        await Assert.ThrowsAsync<InvalidOperationException>(() => spoiler);
        int[] answers = await Task.WhenAll(others);
        Assert.Equal([1, 4, 9, 16, 25], answers);
    }

    [Fact]
    public async Task Any_other_failure_is_told_to_all_and_ends_nothing()
    {
        var batcher = Batcher(most: 100);
        var first = batcher.AskAsync(0);
        Task<int>[] failing = [batcher.AskAsync(1), batcher.AskAsync(-1)];
        _mayEnd.SetResult();

        await first;
        foreach (var answer in failing)
            await Assert.ThrowsAsync<InvalidOperationException>(() => answer);
        Assert.Equal(4, await batcher.AskAsync(2));
    }

    [Fact]
    public async Task Whoever_asks_from_many_threads_is_answered_once()
    {
        _mayEnd.SetResult();
        var batcher = Batcher(most: 8);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(async () =>
        {
            var sum = 0L;
            for (var number = 0; number < 1_000; number++)
                sum += await batcher.AskAsync(number) - (number * number);
            return sum;
        })));

        Assert.All(answers, sum => Assert.Equal(0, sum));
        Assert.Equal(8_000, _batches.Sum(batch => batch.Length));
    }

    private RequestBatcher<int, int> Batcher(int most, bool isOfOneAlone = false) =>
        new(SquareAsync, most, new ClockWithoutTimers()) { IsOfOneAlone = _ => isOfOneAlone };

    private async Task<IReadOnlyList<int>> SquareAsync(IReadOnlyList<int> numbers)
    {
        bool isFirst;
        lock (_batches)
        {
            _batches.Add([.. numbers]);
            isFirst = _batches.Count == 1;
        }
        if (isFirst)
            await _mayEnd.Task;
        await Task.Yield();
        return numbers.Contains(-1)
            ? throw new InvalidOperationException("-1 has no place here.")
            : [.. numbers.Select(number => number * number)];
    }
}
