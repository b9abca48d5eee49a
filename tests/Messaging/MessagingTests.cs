using System.Text.Json;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts;
using GoCart.Contracts.Orders;
using GoCart.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using RabbitMQ.Client;

namespace GoCart.Tests.Messaging;

/// <summary>
/// An empty database with outbox and inbox, and an empty virtual host, both reached through proxies that a test can cut.
/// The service under test is named orders, sends <see cref="OrderCreated"/> and handles it too.
/// </summary>
public abstract class MessagingTests(LocalServers servers) : IAsyncLifetime
{
    protected const string Queue = "orders.order.created";

    private readonly List<TestCopy> _copies = [];
    private TestDatabases? _databases;
    private TestVirtualHost? _virtualHost;
    private IConnection? _connection;

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Straight to the database, for looking into it.</summary>
    protected NpgsqlDataSource Db { get; private set; } = null!; // assigned when the test begins

    /// <summary>Between the copies of the service and the broker.</summary>
    protected TcpProxy BrokerLine { get; private set; } = null!; // assigned when the test begins

    /// <summary>Between the copies of the service and their database.</summary>
    protected TcpProxy DatabaseLine { get; private set; } = null!; // assigned when the test begins

    /// <summary>Straight to the broker, for looking into it and for disturbing it.</summary>
    protected IChannel Channel { get; private set; } = null!; // assigned when the test begins

    protected LocalServers Servers { get; } = servers;

    public async ValueTask InitializeAsync()
    {
        _databases = await Servers.CreateDatabasesAsync(Cancelled);
        _virtualHost = await CreateVirtualHostAsync();
        Db = NpgsqlDataSource.Create(_databases.Orders.Superuser);
        DatabaseLine = new TcpProxy(new NpgsqlConnectionStringBuilder(_databases.Orders.Service).Port);
        BrokerLine = new TcpProxy(new Uri(_virtualHost.Administrator).Port);

        await using var owner = NpgsqlDataSource.Create(_databases.Orders.Owner + ";Pooling=false");
        await new Migrator(owner, "orders", NullLogger.Instance).ApplyAsync([BuildingBlockMigrations.Messaging], Cancelled);
        await owner.ExecuteAsync(
            """
            create table effects (order_id uuid not null);
            grant select, insert on effects to orders
            """,
            null, Cancelled);

        await OpenChannelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        BrokerLine.Resume();
        DatabaseLine.Resume();
        await Task.WhenAll(_copies.Select(copy => copy.DisposeAsync().AsTask()));
        await _connection!.DisposeAsync(); // assigned when the test began
        await BrokerLine.DisposeAsync();
        await DatabaseLine.DisposeAsync();
        await Db.DisposeAsync();
        await _virtualHost!.DisposeAsync(); // assigned when the test began
        await _databases!.DisposeAsync(); // assigned when the test began
        GC.SuppressFinalize(this);
    }

    protected virtual Task<TestVirtualHost> CreateVirtualHostAsync() => Servers.CreateVirtualHostAsync(Cancelled);

    /// <summary>Opens <see cref="Channel"/>, again if need be.</summary>
    protected async Task OpenChannelAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync();

        var factory = new ConnectionFactory { Uri = new Uri(_virtualHost!.Administrator), AutomaticRecoveryEnabled = false }; // assigned when the test began
        _connection = await factory.CreateConnectionAsync(Cancelled);
        Channel = await _connection.CreateChannelAsync(new CreateChannelOptions(true, true), Cancelled);
    }

    /// <summary>A copy of the service, not started yet.</summary>
    protected TestCopy CreateCopy(bool consumes = true, params (string Name, string Value)[] settings)
    {
        var database = new NpgsqlConnectionStringBuilder(_databases!.Orders.Service) { Port = DatabaseLine.Port }; // assigned when the test began
        // It hears its own events, which the user orders may not.
        var broker = new UriBuilder(_virtualHost!.Administrator) { Port = BrokerLine.Port }; // assigned when the test began
        var copy = new TestCopy(database.ConnectionString, broker.Uri, consumes, settings);
        _copies.Add(copy);
        return copy;
    }

    protected async Task<TestCopy> StartCopyAsync(bool consumes = true, params (string Name, string Value)[] settings)
    {
        var copy = CreateCopy(consumes, settings);
        await copy.StartAsync();
        return copy;
    }

    protected static OrderCreated NewOrder() => new(
        Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), CartVersion: 3,
        [new(Guid.CreateVersion7(), 2)], TotalCents: 3998, "USD", DateTimeOffset.UtcNow);

    /// <summary>Writes that many events into the outbox, as a committed change would.</summary>
    protected async Task<IReadOnlyList<OutboxMessage>> EnqueueAsync(int count)
    {
        var messages = Enumerable.Range(0, count).Select(_ => OutboxMessage.From(NewOrder())).ToArray();
        await EnqueueAsync(messages);
        return messages;
    }

    protected async Task EnqueueAsync(params OutboxMessage[] messages)
    {
        await using var own = await Db.OpenConnectionAsync(Cancelled);
        await using var tx = await own.BeginTransactionAsync(Cancelled);
        await tx.EnqueueAsync(messages, Cancelled);
        await tx.CommitAsync(Cancelled);
    }

    /// <summary>Publishes to the queue itself, past the outbox.</summary>
    protected async Task PublishAsync(ReadOnlyMemory<byte> body, Action<BasicProperties>? change = null, Guid? messageId = null)
    {
        var properties = new BasicProperties
        {
            MessageId = (messageId ?? Guid.CreateVersion7()).ToString(),
            Type = OrderCreated.Type,
            ContentType = "application/json",
            Persistent = true,
        };
        change?.Invoke(properties);
        await Channel.BasicPublishAsync("", Queue, mandatory: true, properties, body, Cancelled);
    }

    protected Task PublishAsync(OrderCreated order, Guid? messageId = null) =>
        PublishAsync(JsonSerializer.SerializeToUtf8Bytes(order, Json.Tolerant), messageId: messageId);

    protected Task DeclareQueueAsync() => Topology.DeclareQueueAsync(Channel, Queue, OrderCreated.Exchange, OrderCreated.Type);

    /// <summary>Messages in the queue that nobody has in hand.</summary>
    protected async Task<uint> CountAsync(string queue) => (await Channel.QueueDeclarePassiveAsync(queue, Cancelled)).MessageCount;

    /// <summary>How often each order took effect.</summary>
    protected async Task<IReadOnlyDictionary<Guid, long>> EffectsAsync() =>
        (await Db.QueryAsync<(Guid OrderId, long Times)>(
            "select order_id, count(*) from effects group by order_id", null, Cancelled))
        .ToDictionary(effect => effect.OrderId, effect => effect.Times);

    protected async Task<long> CountUnsentAsync() =>
        await Db.QuerySingleOrDefaultAsync<long>("select count(*) from outbox where sent_at is null", null, Cancelled);

    /// <summary>Everything was sent and handled, nothing twice, and nothing became a dead letter.</summary>
    protected async Task AssertHandledOnceAsync(int count, uint deadLetters = 0)
    {
        await Eventually.AssertAsync(async () => Assert.Equal(count, (await EffectsAsync()).Count));
        await Eventually.AssertAsync(async () =>
        {
            Assert.Equal(0, await CountUnsentAsync());
            Assert.Equal(0u, await CountAsync(Queue));
        });
        Assert.All(await EffectsAsync(), effect => Assert.Equal(1, effect.Value));
        await Eventually.AssertAsync(async () => Assert.Equal(deadLetters, await CountAsync(Topology.DeadQueueName(Queue))));
    }
}
