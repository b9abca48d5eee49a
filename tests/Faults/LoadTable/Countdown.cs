namespace GoCart.Faults.LoadTable;

/// <summary>Waits for many tasks without a list of them.</summary>
internal sealed class Countdown
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>One more than there are: the one who waits.</summary>
    private int _count = 1;

    public void Add(Task task)
    {
        if (task.IsCompletedSuccessfully)
            return;
        Interlocked.Increment(ref _count);
        _ = AwaitAsync(task);
    }

    /// <summary>Returns when all that were added have ended, with the first error of any.</summary>
    public Task WaitAsync()
    {
        Release();
        return _done.Task;
    }

    private async Task AwaitAsync(Task task)
    {
        try
        {
            await task;
            Release();
        }
        catch (Exception e)
        {
            _done.TrySetException(e);
        }
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _count) == 0)
            _done.TrySetResult();
    }
}
