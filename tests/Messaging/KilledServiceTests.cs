using System.Text.Json;
using GoCart.AppHost.Local;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using GoCart.Tests.Infrastructure;
using Npgsql;
using RabbitMQ.Client;

namespace GoCart.Tests.Messaging;

/// <summary>The products service as a process of its own, killed as by kill -9 at the places where it hurts.</summary>
public sealed class KilledServiceTests(LocalServers servers)
{
    private const int Orders = 500;
    private const int Products = 5;
    private const int StockOfEach = 40;

    private static readonly string[] Replies = ["orders.stock.reserved", "orders.stock.rejected"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("stock.before_commit:2")]
    [InlineData("stock.after_commit_before_ack:2")]
    [InlineData("relay.after_publish:2")]
    [InlineData("relay.after_confirm:2")]
    public async Task A_service_killed_at_work_decides_every_order_once_and_answers_each(string failpoint)
    {
        await using var databases = await servers.CreateMigratedDatabasesAsync(Cancelled);
        await using var virtualHost = await servers.CreateVirtualHostAsync(Cancelled);
        await using var db = NpgsqlDataSource.Create(databases.Products.Superuser);
        await using var connection = await new ConnectionFactory { Uri = new Uri(virtualHost.Administrator) }
            .CreateConnectionAsync(Cancelled);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), Cancelled);
        await Topology.DeclareQueueAsync(channel, Replies[0], StockReserved.Exchange, StockReserved.Type);
        await Topology.DeclareQueueAsync(channel, Replies[1], StockRejected.Exchange, StockRejected.Type);
        var orders = await PublishOrdersAsync(channel, await CreateProductsAsync(db));

        var killed = await StartProductsAsync(databases.Products, virtualHost.Products, failpoint);
        var exitCode = await killed.Exited.WaitAsync(TimeSpan.FromSeconds(60), Cancelled);
        Assert.True(exitCode == 128 + (int)Signal.Kill, killed.LastOutput());
        var restarted = await StartProductsAsync(databases.Products, virtualHost.Products, failpoint: null);

        var answered = new Dictionary<Guid, HashSet<string>>();
        await Eventually.AssertAsync(async () =>
        {
            await CollectAsync(channel, answered);
            Assert.Equal(Orders, answered.Count);
            Assert.Equal(0, await CountAsync(db, "select count(*) from outbox where sent_at is null"));
        }, TimeSpan.FromSeconds(60));
        await restarted.StopAsync(Signal.Terminate, TimeSpan.FromSeconds(20));

        Assert.True(orders.SetEquals(answered.Keys));
        // A reply may come twice, and then under the same id, by which the inbox knows it.
        Assert.All(answered.Values, messageIds => Assert.Single(messageIds));
        Assert.Equal(Orders, await CountAsync(db, "select count(*) from order_stock"));
        // More was wanted than there was: everything is sold, each unit once, and the ledger says the same.
        Assert.Equal(Products * StockOfEach, await CountAsync(db, "select count(*) from order_stock where state = 'reserved'"));
        Assert.Equal(Products * StockOfEach, await CountAsync(db, "select -sum(delta) from stock_ledger where kind = 'sale'"));
        Assert.Equal(0, await CountAsync(db, "select sum(stock) from products"));
        Assert.Equal(0, await CountAsync(db,
            """
            select count(*) from products
            where stock <> (select sum(delta) from stock_ledger where product_id = products.id)
            """));
        Assert.Equal(0u, (await channel.QueueDeclarePassiveAsync("products.order.created.dead", Cancelled)).MessageCount);
    }

    private static Task<List<Guid>> CreateProductsAsync(NpgsqlDataSource db) => db.QueryAsync<Guid>(
        """
        with product as (
            insert into products (id, name, price_cents, stock, is_active, created_at, updated_at)
            select gen_random_uuid(), 'Product ' || number, 100, @StockOfEach, true, now(), now()
            from generate_series(1, @Products) as number
            returning id)
        insert into stock_ledger (product_id, kind, delta, at)
        select id, 'initial', @StockOfEach, now() from product
        returning product_id
        """,
        new { StockOfEach, Products }, Cancelled);

    /// <summary>Half of the orders are of these products, in turn, the others of products that are not there.</summary>
    private static async Task<HashSet<Guid>> PublishOrdersAsync(IChannel channel, List<Guid> products)
    {
        await Topology.DeclareQueueAsync(channel, "products.order.created", OrderCreated.Exchange, OrderCreated.Type);
        var orders = Enumerable.Range(0, Orders).Select(number => new OrderCreated(
            Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), CartVersion: 1,
            [new(number % 2 == 0 ? products[number / 2 % Products] : Guid.CreateVersion7(), 1)], TotalCents: 100, "USD", DateTimeOffset.UtcNow)).ToArray();

        await Task.WhenAll(orders.Select(order => channel.BasicPublishAsync(
            OrderCreated.Exchange, OrderCreated.Type, mandatory: true,
            new BasicProperties { MessageId = Guid.CreateVersion7().ToString(), Type = OrderCreated.Type, Persistent = true },
            JsonSerializer.SerializeToUtf8Bytes(order, Json.Tolerant), Cancelled).AsTask()));
        return [.. orders.Select(order => order.OrderId)];
    }

    private Task<ChildProcess> StartProductsAsync(TestDatabase database, string broker, string? failpoint) =>
        ChildProcess.StartAsync(new ChildCommand("products", "/usr/bin/env", "dotnet", ServiceProcess.Path("products"))
        {
            LogFile = Path.Combine(servers.Logs, "killed-products.log"),
            WorkingDirectory = Path.GetDirectoryName(ServiceProcess.Path("products"))!, // with its appsettings.json
            Environment = new Dictionary<string, string?>
            {
                ["DOTNET_ENVIRONMENT"] = "Development",
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["Urls"] = $"http://127.0.0.1:{Ports.Free()}",
                ["ConnectionStrings__Database"] = database.Service,
                ["ConnectionStrings__Broker"] = broker,
                // Small, so that it dies in the middle of its work.
                ["Messaging__HandleBatch"] = "20",
                ["Messaging__PublishBatch"] = "20",
                [Failpoint.Variable] = failpoint,
            },
        });

    /// <summary>Takes what is in the queues: the message ids under which each order was answered.</summary>
    private static async Task CollectAsync(IChannel channel, Dictionary<Guid, HashSet<string>> answered)
    {
        foreach (var queue in Replies)
        {
            while (await channel.BasicGetAsync(queue, autoAck: true, Cancelled) is { } message)
            {
                // What both answers have in common.
                var reply = JsonSerializer.Deserialize<StockReserved>(message.Body.Span, Json.Tolerant);
                Assert.NotNull(reply);
                Assert.NotNull(message.BasicProperties.MessageId);

                if (!answered.TryGetValue(reply.OrderId, out var messageIds))
                    answered[reply.OrderId] = messageIds = [];

                messageIds.Add(message.BasicProperties.MessageId);
            }
        }
    }

    private static Task<long> CountAsync(NpgsqlDataSource db, string sql) =>
        db.QuerySingleOrDefaultAsync<long>(sql, null, Cancelled);
}
