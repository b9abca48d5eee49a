using System.Runtime.CompilerServices;
using GoCart.Cli.Api;
using GoCart.Contracts.Orders;

namespace GoCart.Cli.Shopping;

/// <summary>Follows an order while the services work on it.</summary>
internal sealed class OrderProgress(GoCartClient client, TimeProvider clock)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>Waits until the stock is reserved or refused.</summary>
    /// <returns>The order as it then is, or as it is after <paramref name="limit"/>.</returns>
    public async Task<Reply<OrderResponse>> UntilStockIsDecidedAsync(
        Reply<OrderResponse> order, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var limited = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limited.Token, cancellationToken);
        try
        {
            await foreach (var change in ChangesAsync(order, either.Token))
            {
                order = change;
                if (order.Value.StockState != StockState.Awaiting)
                    break;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Still awaiting: the caller sees it in the order.
        }

        return order;
    }

    /// <summary>The order as it is, then again after each change, until nothing more can happen to it.</summary>
    public async IAsyncEnumerable<Reply<OrderResponse>> ChangesAsync(
        Reply<OrderResponse> order, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return order;

        var pause = ShortestPause;
        while (!IsFinal(order.Value.Status))
        {
            await Task.Delay(pause, clock, cancellationToken);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 3 / 2, LongestPause.Ticks));

            if (await GetIfChangedAsync(order, cancellationToken) is { } changed && changed.Value.Version != order.Value.Version)
            {
                order = changed;
                pause = ShortestPause;
                yield return order;
            }
        }
    }

    private async Task<Reply<OrderResponse>?> GetIfChangedAsync(Reply<OrderResponse> order, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetOrderIfChangedAsync(order, cancellationToken);
        }
        // Looking does no harm, and who waits for an order wants to get over a restart of the store.
        catch (Exception e) when (e is NoAnswerException or StoreProblemException { IsUncertain: true } or StoreProblemException { Status: 429 })
        {
            return null;
        }
    }

    private static bool IsFinal(OrderStatus status) =>
        status is OrderStatus.Delivered or OrderStatus.Cancelled or OrderStatus.Rejected;
}
