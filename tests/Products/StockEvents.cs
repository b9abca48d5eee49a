using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using GoCart.Products.Stock;
using Npgsql;

namespace GoCart.Tests.Products;

/// <summary>Gives events to the service's handlers as the consumer would, each batch in a transaction of its own, with no broker in between.</summary>
internal sealed class StockEvents(NpgsqlDataSource db)
{
    private readonly ReserveStock _reserve = new(TimeProvider.System);
    private readonly ReleaseStock _release = new(TimeProvider.System);

    public static OrderCreated Order(params (Guid ProductId, int Quantity)[] items) => Order(Guid.CreateVersion7(), items);

    public static OrderCreated Order(Guid orderId, params (Guid ProductId, int Quantity)[] items) => new(
        orderId, UserId: Guid.CreateVersion7(), CartId: Guid.CreateVersion7(), CartVersion: 1,
        [.. items.Select(item => new OrderedItem(item.ProductId, item.Quantity))],
        TotalCents: 1, "USD", TimeProvider.System.GetUtcNow());

    public static OrderCancelled Cancel(OrderCreated order) =>
        new(order.OrderId, order.Items, "customer", TimeProvider.System.GetUtcNow());

    /// <summary>The answers, as they lie in the outbox, in the order they were written.</summary>
    public Task<IReadOnlyList<object>> CreatedAsync(params OrderCreated[] orders) => HandleAsync(_reserve, orders);

    public Task<IReadOnlyList<object>> CancelledAsync(params OrderCancelled[] orders) => HandleAsync(_release, orders);

    private async Task<IReadOnlyList<object>> HandleAsync<TEvent>(IEventHandler<TEvent> handler, TEvent[] events)
        where TEvent : class, IEvent
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var connection = await db.OpenConnectionAsync(cancelled);
        await using var tx = await connection.BeginTransactionAsync(cancelled);
        var batch = events.Select(@event => new Received<TEvent>(@event, TraceParent: null)).ToList();
        await handler.HandleAsync(batch, tx, cancelled);

        var replies = await RepliesAsync(tx, cancelled);
        await tx.CommitAsync(cancelled);
        return replies;
    }

    private static async Task<IReadOnlyList<object>> RepliesAsync(NpgsqlTransaction tx, CancellationToken cancellationToken)
    {
        // Rows of this very transaction: what it has enqueued.
        await using var command = new NpgsqlCommand(
            "select type, body::text from outbox where xmin = pg_current_xact_id()::xid order by id", tx.Connection, tx);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var replies = new List<object>();
        while (await reader.ReadAsync(cancellationToken))
        {
            replies.Add(reader.GetString(0) == StockReserved.Type
                ? Read<StockReserved>(reader.GetString(1))
                : Read<StockRejected>(reader.GetString(1)));
        }
        return replies;
    }

    private static T Read<T>(string body) =>
        System.Text.Json.JsonSerializer.Deserialize<T>(body, Json.Tolerant) ?? throw new InvalidOperationException(body);
}
