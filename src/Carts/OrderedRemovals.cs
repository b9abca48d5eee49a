using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using Npgsql;

namespace GoCart.Carts;

/// <summary>Takes the orders of which carts is told at the same time out of their carts, in one transaction.</summary>
internal sealed class OrderedRemovals
{
    private const int MaxOrders = 32;

    private readonly NpgsqlDataSource _db;
    private readonly TimeProvider _clock;
    private readonly RequestBatcher<RemoveOrdered.OrderedCart, bool> _batcher;

    public OrderedRemovals(NpgsqlDataSource db, TimeProvider clock)
    {
        _db = db;
        _clock = clock;
        _batcher = new(RemoveAllAsync, MaxOrders, clock)
        {
            // A cart that somebody holds locked for too long, say. Nothing is taken out twice, however often it is tried.
            IsOfOneAlone = e => e is PostgresException,
        };
    }

    /// <returns>Whether the cart is its customer's.</returns>
    public Task<bool> RemoveAsync(RemoveOrdered.OrderedCart order) => _batcher.AskAsync(order);

    private async Task<IReadOnlyList<bool>> RemoveAllAsync(IReadOnlyList<RemoveOrdered.OrderedCart> orders)
    {
        var known = await _db.InTransactionAsync(
            tx => RemoveOrdered.RemoveAsync(tx, orders, isCertain: false, _clock.GetUtcNow(), CancellationToken.None), CancellationToken.None);
        return [.. orders.Select(known.Contains)];
    }
}
