using GoCart.BuildingBlocks.Hosting;
using GoCart.Contracts.Orders;
using Npgsql;

namespace GoCart.Orders;

/// <summary>Reads the orders of all customers who ask for one at the same time in one statement.</summary>
internal sealed class OrderReads
{
    private const int MaxOrders = 32;

    private readonly NpgsqlDataSource _db;
    private readonly RequestBatcher<(Guid Id, Guid UserId), OrderResponse?> _batcher;

    public OrderReads(NpgsqlDataSource db, TimeProvider clock)
    {
        _db = db;
        _batcher = new(FindAllAsync, MaxOrders, clock);
    }

    /// <summary>Null if the customer has no such order.</summary>
    public Task<OrderResponse?> FindAsync(Guid id, Guid userId, CancellationToken cancellationToken) =>
        _batcher.AskAsync((id, userId)).WaitAsync(cancellationToken);

    private async Task<IReadOnlyList<OrderResponse?>> FindAllAsync(IReadOnlyList<(Guid Id, Guid UserId)> wanted)
    {
        var orders = await OrderRow.ListOwnAsync(_db, wanted, CancellationToken.None);
        var found = orders.ToDictionary(order => (order.Id, order.UserId));
        return [.. wanted.Select(found.GetValueOrDefault)];
    }
}
