using System.Collections.Concurrent;
using System.Threading.Channels;
using GoCart.Contracts.Orders;
using Npgsql;

namespace GoCart.Orders;

/// <summary>
/// Lets requests wait until products has answered for their order. The answer may be handled by another copy of the service,
/// so the database is asked: for all who wait together, at once when this copy has handled answers, otherwise some forty times
/// a second, and not at all while nobody waits.
/// </summary>
internal sealed partial class StockResults(
    NpgsqlDataSource db, IHostApplicationLifetime lifetime, ILogger<StockResults> logger) : BackgroundService
{
    /// <summary>
    /// Far below what the gateway has in flight at one copy: while the broker is away, all who would wait do, and every other
    /// request has to find a place beside them.
    /// </summary>
    internal const int MaxWaiting = 32;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Waiting, Guid> _waiting = new();
    // One place: however many come while it looks, it is woken once.
    private readonly Channel<bool> _someoneWaits = OnePlace();
    private readonly Channel<bool> _news = OnePlace();

    /// <summary>Called when this copy has committed what products answered.</summary>
    public void LookNow() => _news.Writer.TryWrite(true);

    /// <returns>The order as it is then; null when too many requests are waiting already.</returns>
    public async Task<OrderResponse?> WaitAsync(OrderResponse order, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (order.StockState != StockState.Awaiting)
            return order;
        if (_waiting.Count >= MaxWaiting)
            return null;

        var waiting = new Waiting();
        _waiting[waiting] = order.Id;
        _someoneWaits.Writer.TryWrite(true);
        // A service that stops lets nobody wait any longer.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            return await waiting.Task.WaitAsync(limit, either.Token);
        }
        // The order is placed whatever happens now: its state of then is still a right answer.
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return order;
        }
        finally
        {
            _waiting.TryRemove(waiting, out _);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                if (_waiting.IsEmpty)
                    await _someoneWaits.Reader.ReadAsync(stoppingToken);
                else if (await TryLookAsync(stoppingToken))
                    await WaitForNewsAsync(stoppingToken);
                else
                    await Task.Delay(PauseAfterFailure, stoppingToken);
            }
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops, in whatever way that ended what was under way.
        }
    }

    private async Task WaitForNewsAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Pause);
        try
        {
            await _news.Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // No news here; another copy may have some.
        }
    }

    private async Task<bool> TryLookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answered = (await OrderRow.ListAnsweredAsync(db, [.. _waiting.Values], cancellationToken))
                .ToDictionary(order => order.Id);

            foreach (var (waiting, orderId) in _waiting)
            {
                if (answered.TryGetValue(orderId, out var order))
                    waiting.TrySetResult(order);
            }
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(e.Message);
            return false;
        }
    }

    private static Channel<bool> OnePlace() =>
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether stock was reserved cannot be looked up for those who wait: {Reason}")]
    private partial void LogFailed(string reason);

    /// <summary>One request; several may wait for the same order.</summary>
    private sealed class Waiting() : TaskCompletionSource<OrderResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
}
