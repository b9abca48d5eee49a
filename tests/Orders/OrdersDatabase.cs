using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts.Carts;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using GoCart.Orders;
using GoCart.Tests.Infrastructure;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace GoCart.Tests.Orders;

/// <summary>The database of the orders service without the service: empty, migrated, and reached with the service's own role.</summary>
public sealed class OrdersDatabase(LocalServers servers) : IAsyncLifetime
{
    private TestDatabases? _databases;

    /// <summary>With the rights of the service.</summary>
    public NpgsqlDataSource Db { get; private set; } = null!; // assigned before the first test

    /// <summary>With all rights: to look inside, and to try what the service may not.</summary>
    public NpgsqlDataSource Superuser { get; private set; } = null!; // assigned before the first test

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        DapperTypes.Register();
        _databases = await servers.CreateDatabasesAsync(Cancelled);
        Db = NpgsqlDataSource.Create(_databases.Orders.Service + ";Options=-c lock_timeout=2000");
        Superuser = NpgsqlDataSource.Create(_databases.Orders.Superuser);

        await using var owner = NpgsqlDataSource.Create(_databases.Orders.Owner + ";Pooling=false");
        await new Migrator(owner, "orders", NullLogger.Instance).ApplyAsync(
            [
                BuildingBlockMigrations.Audit,
                BuildingBlockMigrations.Messaging,
                BuildingBlockMigrations.Idempotency,
                MigrationSet.From("orders", typeof(Checkout).Assembly, "Migrations"),
            ],
            Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await Db.DisposeAsync();
        await Superuser.DisposeAsync();
        await _databases!.DisposeAsync(); // assigned before the first test
    }

    /// <summary>A new order of two products, of a new customer's cart.</summary>
    public async Task<OrderResponse> PlaceAsync(DateTimeOffset? now = null, Guid? userId = null)
    {
        var order = NewOrderOf(now ?? TimeProvider.System.GetMicrosecondNow(), userId ?? Guid.NewGuid());
        Assert.True(await TryInsertAsync(order));
        return order.Placed;
    }

    internal async Task<bool> TryInsertAsync(NewOrder order, DateTimeOffset? deadline = null)
    {
        await using var connection = await Db.OpenConnectionAsync(Cancelled);
        return await order.TryInsertAsync(
            connection, key: null, fingerprint: [], deadline ?? TimeProvider.System.GetUtcNow().AddMinutes(1)) is not null;
    }

    /// <summary>A new order that has come to that state on legal ways.</summary>
    internal async Task<OrderResponse> PlaceAsync(OrderState state)
    {
        var order = await PlaceAsync();
        if (state.Status == OrderStatus.Rejected)
            await RejectAsync(order.Id);
        if (state.Stock == StockState.Reserved)
            await ConfirmAsync(order.Id);

        OrderStatus[] steps = state.Status switch
        {
            OrderStatus.Paid => [OrderStatus.Paid],
            OrderStatus.Shipped => [OrderStatus.Paid, OrderStatus.Shipped],
            OrderStatus.Delivered => [OrderStatus.Paid, OrderStatus.Shipped, OrderStatus.Delivered],
            OrderStatus.Cancelled => [OrderStatus.Cancelled],
            _ => [],
        };
        foreach (var status in steps)
            await MoveAsync(order.Id, status);

        var found = await FindAsync(order.Id);
        Assert.Equal(state, new OrderState(found.Status, found.StockState));
        return found;
    }

    public async Task<OrderResponse> FindAsync(Guid orderId) =>
        await OrderRow.FindAsync(Db, orderId, userId: null, Cancelled) ?? throw new InvalidOperationException("There is no such order.");

    internal async Task<StatusChange> MoveAsync(Guid orderId, OrderStatus status) =>
        await new StatusChanges(Db, new OutboxSignal(), TimeProvider.System)
            .MoveAsync(orderId, userId: null, actor: null, state => state.MoveTo(status), "a_reason", Cancelled)
        ?? throw new InvalidOperationException("There is no such order.");

    public async Task ConfirmAsync(params Guid[] orderIds)
    {
        using var waiting = NobodyWaits();
        await HandleAsync(new ConfirmStock(waiting, TimeProvider.System), [.. orderIds.Select(id => new StockReserved(id))]);
    }

    public async Task RejectAsync(params Guid[] orderIds)
    {
        using var waiting = NobodyWaits();
        await HandleAsync(
            new RejectOrder(waiting, TimeProvider.System), [.. orderIds.Select(id => new StockRejected(id, [new(id, 2, 1)]))]);
    }

    /// <summary>Runs a statement with all rights.</summary>
    public Task<int> ExecuteAsync(string sql, object? parameters = null) => Superuser.ExecuteAsync(sql, parameters, Cancelled);

    public async Task<long> CountAsync(string sql, object? parameters = null) =>
        await Superuser.QuerySingleOrDefaultAsync<long>(sql, parameters, Cancelled);

    internal static NewOrder NewOrderOf(DateTimeOffset now, Guid userId)
    {
        CartContentsItem[] cart = [new(Guid.NewGuid(), 2), new(Guid.NewGuid(), 3)];
        var onSale = cart.ToDictionary(item => item.ProductId, item => new ProductOnSale(
            item.ProductId, $"Product {item.Quantity}", PriceCents: 1999, "USD", Stock: 10));
        var quote = Quote.Of(cart, onSale, expectedTotalCents: null, now);
        return NewOrder.From(userId, Guid.NewGuid(), new CartContents(null, 1, 0, cart), quote, now);
    }

    private StockResults NobodyWaits() =>
        new(Db, new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), NullLogger<StockResults>.Instance);

    private async Task HandleAsync<TEvent>(IEventHandler<TEvent> handler, TEvent[] events)
        where TEvent : class, Contracts.IEvent
    {
        await using var connection = await Db.OpenConnectionAsync(Cancelled);
        await using var tx = await connection.BeginTransactionAsync(Cancelled);
        await handler.HandleAsync(
            [.. events.Select(@event => new Received<TEvent>(@event, null))], tx, Cancelled);
        await tx.CommitAsync(Cancelled);
    }
}
