namespace GoCart.AppHost.Local;

/// <summary>A server that runs as a child process of ours, and can be started again after it ended.</summary>
internal abstract class LocalServer
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    /// <summary>Null until the first start.</summary>
    public ChildProcess? Process { get; private set; }

    /// <summary>Returns when the server takes connections.</summary>
    /// <exception cref="ServerFailedException">With the last lines the server wrote.</exception>
    public async Task<ChildProcess> StartAsync(CancellationToken cancellationToken)
    {
        var child = Process = await ChildProcess.StartAsync(await PrepareAsync(cancellationToken));

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        try
        {
            await Wait.UntilAsync(
                async () => child.Exited.IsCompleted
                    ? throw ServerFailedException.From(child, "did not start")
                    : await IsReadyAsync(child, limit.Token),
                BetweenLooks, limit.Token);
            return child;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await child.StopAsync(Signal.Kill, TimeSpan.Zero);
            throw ServerFailedException.From(child, $"was not ready after {StartLimit.TotalSeconds:0} s");
        }
    }

    /// <summary>Stops it in good order, and kills it when that takes too long.</summary>
    public abstract Task StopAsync(TimeSpan patience);

    /// <summary>Ends what an earlier run left running on its data.</summary>
    public abstract Task EndLeftoversAsync(CancellationToken cancellationToken);

    /// <summary>Deletes everything it has kept; it must not be running.</summary>
    public abstract Task DeleteDataAsync(CancellationToken cancellationToken);

    /// <summary>Makes its data if there are none, clears away what an earlier run left, and says what to run.</summary>
    protected abstract Task<ChildCommand> PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Whether this very child takes connections: another server may hold its port.</summary>
    protected abstract Task<bool> IsReadyAsync(ChildProcess child, CancellationToken cancellationToken);
}
