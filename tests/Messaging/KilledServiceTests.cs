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
    private const string Replies = "orders.stock.rejected";

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
        await Topology.DeclareQueueAsync(channel, Replies, StockRejected.Exchange, StockRejected.Type);
        var orders = await PublishOrdersAsync(channel, 500);

        var killed = await StartProductsAsync(databases.Products, virtualHost.Products, failpoint);
        var exitCode = await killed.Exited.WaitAsync(TimeSpan.FromSeconds(60), Cancelled);
        Assert.True(exitCode == 128 + (int)Signal.Kill, killed.LastOutput());
        var restarted = await StartProductsAsync(databases.Products, virtualHost.Products, failpoint: null);

        var answered = new Dictionary<Guid, HashSet<string>>();
        await Eventually.AssertAsync(async () =>
        {
            await CollectAsync(channel, answered);
            Assert.Equal(500, answered.Count);
            Assert.Equal(0, await CountAsync(db, "select count(*) from outbox where sent_at is null"));
        }, TimeSpan.FromSeconds(60));
        await restarted.StopAsync(Signal.Terminate, TimeSpan.FromSeconds(20));

        Assert.True(orders.SetEquals(answered.Keys));
        // A reply may come twice, and then under the same id, by which the inbox knows it.
        Assert.All(answered.Values, messageIds => Assert.Single(messageIds));
        Assert.Equal(500, await CountAsync(db, "select count(*) from order_stock"));
        Assert.Equal(0u, (await channel.QueueDeclarePassiveAsync("products.order.created.dead", Cancelled)).MessageCount);
    }

    /// <summary>Orders of products that are not there: each is answered with stock.rejected.</summary>
    private static async Task<HashSet<Guid>> PublishOrdersAsync(IChannel channel, int count)
    {
        await Topology.DeclareQueueAsync(channel, "products.order.created", OrderCreated.Exchange, OrderCreated.Type);
        var orders = Enumerable.Range(0, count).Select(_ => new OrderCreated(
            Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), CartVersion: 1,
            [new(Guid.CreateVersion7(), 1)], TotalCents: 100, "USD", DateTimeOffset.UtcNow)).ToArray();

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

    /// <summary>Takes what is in the queue: the message ids under which each order was answered.</summary>
    private static async Task CollectAsync(IChannel channel, Dictionary<Guid, HashSet<string>> answered)
    {
        while (await channel.BasicGetAsync(Replies, autoAck: true, Cancelled) is { } message)
        {
            var reply = JsonSerializer.Deserialize<StockRejected>(message.Body.Span, Json.Tolerant);
            Assert.NotNull(reply);
            Assert.NotNull(message.BasicProperties.MessageId);

            if (!answered.TryGetValue(reply.OrderId, out var messageIds))
                answered[reply.OrderId] = messageIds = [];

            messageIds.Add(message.BasicProperties.MessageId);
        }
    }

    private static Task<long> CountAsync(NpgsqlDataSource db, string sql) =>
        db.QuerySingleOrDefaultAsync<long>(sql, null, Cancelled);
}
