extern alias OrdersService;
using System.Net;
using GoCart.AppHost.Local;
using GoCart.Contracts.Orders;
using GoCart.Tests.Infrastructure;
using Npgsql;
using RabbitMQ.Client;

namespace GoCart.Tests.Orders;

/// <summary>
/// A store whose only orders service has a proxy on each of its lines, so that a test can take from it, at the moment it
/// chooses, carts, products, the broker or the database. Ask it straight, at <see cref="Address"/>: the gateway has its own limits.
/// </summary>
public sealed class OrdersBehindLines(LocalServers servers) : StoreFixture(servers)
{
    private RunningService? _service;

    public TcpProxy CartsLine { get; private set; } = null!; // assigned before the first test

    public TcpProxy ProductsLine { get; private set; } = null!; // assigned before the first test

    public TcpProxy BrokerLine { get; private set; } = null!; // assigned before the first test

    public TcpProxy DatabaseLine { get; private set; } = null!; // assigned before the first test

    public Uri Address => _service!.Address; // assigned before the first test

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Orders.StopAsync();

        var database = new NpgsqlConnectionStringBuilder(Databases.Orders.Service);
        var broker = new UriBuilder(VirtualHost.Orders);
        CartsLine = new TcpProxy(Carts.Address.Port);
        ProductsLine = new TcpProxy(Products.Address.Port);
        DatabaseLine = new TcpProxy(database.Port);
        BrokerLine = new TcpProxy(broker.Port);
        database.Port = DatabaseLine.Port;
        broker.Port = BrokerLine.Port;

        _service = new RunningService<OrdersService::Program>(Ports.Free(), new Dictionary<string, string?>
        {
            ["ConnectionStrings:Database"] = database.ConnectionString,
            ["ConnectionStrings:Broker"] = broker.Uri.ToString(),
            ["Services:Users"] = Users.Address.ToString(),
            ["Services:Carts"] = $"http://127.0.0.1:{CartsLine.Port}",
            ["Services:Products"] = $"http://127.0.0.1:{ProductsLine.Port}",
        });
        _service.Start();
        using var client = _service.CreateClient();
        await Eventually.AssertAsync(async () =>
        {
            using var health = await client.GetAsync(new Uri("/health", UriKind.Relative));
            Assert.True(health.IsSuccessStatusCode);
        });
    }

    /// <summary>Places an order that carts never hears of: it was away, and the event for it is thrown away, too.</summary>
    internal async Task<Guid> LoseTheClearingAsync(StoreUser customer)
    {
        const string Queue = "carts.order.created";
        var before = await customer.GetCartAsync();
        await using var connection = await new ConnectionFactory { Uri = new Uri(VirtualHost.Administrator) }
            .CreateConnectionAsync(TestContext.Current.CancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);

        Task<HttpResponseMessage> checkout;
        await using (await HoldOrdersAsync())
        {
            checkout = customer.CheckOutAsync(at: Address);
            await WaitUntilHeldAsync();
            await Carts.StopAsync();
        }
        using var response = await checkout;
        var order = await response.ReadAsync<OrderResponse>(HttpStatusCode.Created);
        // Once it is confirmed it lies in the queue; an event of an earlier test may lie there, too.
        await Eventually.GetAsync(
            () => ScalarAsync<bool>(Databases.Orders, $"select sent_at is not null from outbox where body->>'order_id' = '{order.Id}'"),
            isSent => isSent);
        Assert.NotEqual(0U, await channel.QueuePurgeAsync(Queue, TestContext.Current.CancellationToken));
        Carts.Start();

        await Eventually.AssertAsync(async () => Assert.Equal(before.Version, (await customer.GetCartAsync()).Version));
        return order.Id;
    }

    /// <summary>Holds up everything that would write an order's history, and with it every order, until disposed.</summary>
    public async Task<Held> HoldOrdersAsync()
    {
        var connection = new NpgsqlConnection(Databases.Orders.Superuser);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        var tx = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("lock table order_history in share mode", connection, tx);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return new Held(connection, tx);
    }

    /// <summary>Waits until that many statements hang on <see cref="HoldOrdersAsync"/>.</summary>
    public Task WaitUntilHeldAsync(int count = 1) => Eventually.AssertAsync(async () => Assert.Equal(
        count,
        await ScalarAsync<long>(Databases.Orders, "select count(*) from pg_locks where not granted and relation = 'order_history'::regclass")));

    public override async ValueTask DisposeAsync()
    {
        TcpProxy[] lines = [CartsLine, ProductsLine, BrokerLine, DatabaseLine];
        foreach (var line in lines)
            line.Resume();
        if (_service is not null)
            await _service.StopAsync();
        foreach (var line in lines)
            await line.DisposeAsync();
        await base.DisposeAsync();
    }

    public sealed class Held(NpgsqlConnection connection, NpgsqlTransaction tx) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await tx.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
