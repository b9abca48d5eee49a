using System.Collections.Concurrent;

namespace GoCart.AppHost.Local;

/// <summary>
/// The one thread that starts child processes. The kernel sends a child its parent-death signal when the THREAD that
/// started it ends, so a thread of the pool would end its children at random; this one lives as long as the process.
/// </summary>
internal static class ChildThread
{
    private static readonly BlockingCollection<Action> Starts = StartThread();

    public static Task<T> RunAsync<T>(Func<T> start)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                result.SetResult(start());
            }
            catch (Exception e)
            {
                result.SetException(e);
            }
        });
        return result.Task;
    }

    private static BlockingCollection<Action> StartThread()
    {
        var queue = new BlockingCollection<Action>();
        new Thread(() => { foreach (var start in queue.GetConsumingEnumerable()) start(); })
        {
            IsBackground = true,
            Name = "Starts child processes",
        }.Start();
        return queue;
    }
}
