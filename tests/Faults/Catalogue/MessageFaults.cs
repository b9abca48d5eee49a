using Dapper;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts.Orders;
using GoCart.Faults.Store;
using GoCart.Operator.DeadLetters;

namespace GoCart.Faults.Catalogue;

/// <summary>The last events of all services come again, three times each and in any order, under their old ids and under new ones.</summary>
internal sealed class RepeatedEvents : Fault
{
    private const string Latest = "sent_at is not null and id > (select max(id) - 150 from outbox)";

    public override string Name => "events-three-times";

    public override Length Length => default;

    public override async Task InjectAsync(Scene scene)
    {
        StoredEvent[] events =
        [
            .. await EventPublisher.ReadOutboxAsync(scene.Store, "orders", Latest, scene.Cancelled),
            .. await EventPublisher.ReadOutboxAsync(scene.Store, "products", Latest, scene.Cancelled),
        ];
        (StoredEvent Event, Guid MessageId)[] messages =
        [
            .. events.SelectMany(message => new[] { message.MessageId, message.MessageId, Guid.CreateVersion7() }, (message, id) => (message, id)),
        ];
        scene.Random.Shuffle(messages);

        await using var publisher = await EventPublisher.OpenAsync(scene.Store);
        foreach (var (message, id) in messages)
            await publisher.PublishAsync(message, id);
    }

    public override Task HealAsync(Scene scene) => Task.CompletedTask;

    public override Task<TimeSpan?> WaitForRecoveryAsync(Scene scene, TimeSpan limit) =>
        EventFlow.WaitUntilBackAsync(scene, limit);
}

/// <summary>Products hears that orders were cancelled before it hears of the orders: it takes no stock for them, ever.</summary>
internal sealed class CancelledBeforeCreated : Fault
{
    private const int Orders = 20;

    private readonly List<Guid> _cancelled = [];

    public override string Name => "cancelled-before-created";

    public override Length Length => default;

    public override TimeSpan? Recovery => TimeSpan.FromSeconds(10);

    public override async Task InjectAsync(Scene scene)
    {
        // What orders wants to say waits, so that we can say the second half of it first.
        foreach (var line in scene.Store.Lines.BetweenCopies("orders", Lines.Broker))
            line.Refuse();
        foreach (var buyer in scene.Shop.Crowd(Orders))
        {
            await buyer.AddItemAsync(scene.Shop.Assortment[0].Id, 1);
            if (await buyer.PlaceOrderAsync(cancellationToken: scene.Cancelled) is { } order
                && (await buyer.CancelAsync(order.Id)).Exchange.IsGood)
                _cancelled.Add(order.Id);
        }

        var events = await EventPublisher.ReadOutboxAsync(
            scene.Store, "orders", $"sent_at is null and type = '{OrderCancelled.Type}'", scene.Cancelled);
        await using var publisher = await EventPublisher.OpenAsync(scene.Store);
        foreach (var message in events)
            await publisher.PublishAsync(message);
    }

    public override Task HealAsync(Scene scene)
    {
        foreach (var line in scene.Store.Lines.BetweenCopies("orders", Lines.Broker))
            line.Resume();
        return Task.CompletedTask;
    }

    public override Task<TimeSpan?> WaitForRecoveryAsync(Scene scene, TimeSpan limit) =>
        EventFlow.WaitUntilBackAsync(scene, limit);

    public override async Task<IReadOnlyList<BrokenPromise>> CheckAsync(Scene scene)
    {
        await using var products = await scene.Store.ConnectAsync("products", scene.Cancelled);
        var decided = await products.ExecuteScalarAsync<long>(
            "select count(*) from order_stock where order_id = any(@ids) and state = 'void'", new { ids = _cancelled.ToArray() });
        return decided == _cancelled.Count ? [] : [new(Name, $"of {_cancelled.Count} orders cancelled before they came, {decided} took no stock")];
    }
}

/// <summary>Messages that nobody can understand: each ends among the dead letters, once, and holds up nobody.</summary>
internal sealed class PoisonMessages : Fault
{
    private const string Queue = "products.order.created";

    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly List<BrokenPromise> _broken = [];
    private DateTimeOffset _injected;
    private DateTimeOffset _healed;

    public override string Name => "poison-messages";

    public override Length Length => Length.Seconds(1, 2);

    public override async Task InjectAsync(Scene scene)
    {
        _injected = TimeProvider.System.GetUtcNow();
        await using var publisher = await EventPublisher.OpenAsync(scene.Store);
        foreach (var (type, body) in Poisons)
            await publisher.PublishAsync("", Queue, type, Guid.CreateVersion7().ToString(), System.Text.Encoding.UTF8.GetBytes(body));
    }

    public override async Task HealAsync(Scene scene)
    {
        await using var publisher = await EventPublisher.OpenAsync(scene.Store);
        await ExpectDeadAsync(publisher, "sent", scene);

        // Handed back without having been mended, each comes back once more.
        await using (var letters = await DeadLetterQueues.ConnectAsync(scene.Store.OperatorSettings, scene.Cancelled))
            await letters.ReplayAsync(Queue, messageId: null, scene.Cancelled);
        await ExpectDeadAsync(publisher, "replayed", scene);
        await publisher.PurgeAsync(Topology.DeadQueueName(Queue));
        _healed = TimeProvider.System.GetUtcNow();
    }

    public override Task<TimeSpan?> WaitForRecoveryAsync(Scene scene, TimeSpan limit) =>
        EventFlow.WaitUntilBackAsync(scene, limit);

    /// <summary>What orders that came later waited is the doing of the next fault.</summary>
    public override async Task<IReadOnlyList<BrokenPromise>> CheckAsync(Scene scene)
    {
        await using var orders = await scene.Store.ConnectAsync("orders", scene.Cancelled);
        var slowest = await orders.ExecuteScalarAsync<TimeSpan?>(
            """
            select max(updated_at - created_at) from orders
            where created_at between @_injected and @_healed and status = 'pending' and stock_state = 'reserved'
            """,
            new { _injected, _healed });
        if (slowest > Late)
            _broken.Add(new(Name, $"an order waited {slowest.Value.TotalSeconds:0.0} s for its stock"));
        return _broken;
    }

    private static IEnumerable<(string Type, string Body)> Poisons =>
    [
        (OrderCreated.Type, "not json"),
        ("order.teleported", "{}"),
        (OrderCreated.Type, $"\"{new string('x', 1024 * 1024)}\""),
        (OrderCreated.Type, """{"order_id": 17}"""),
        (OrderCreated.Type, $$"""
            {"order_id":"{{Guid.CreateVersion7()}}","user_id":"{{Guid.CreateVersion7()}}","cart_id":"{{Guid.CreateVersion7()}}","cart_version":1,
            "items":[{"product_id":"{{Guid.CreateVersion7()}}","quantity":2000000000}],"total_cents":1,"currency":"USD","occurred_at":"2026-01-01T00:00:00Z"}
            """),
    ];

    private async Task ExpectDeadAsync(EventPublisher publisher, string what, Scene scene)
    {
        var started = scene.Log.Now;
        var expected = Poisons.Count();
        while (await publisher.CountAsync(Topology.DeadQueueName(Queue)) != expected)
        {
            if (scene.Log.Now - started > Patience)
            {
                _broken.Add(new(Name, $"{expected} poisons were {what}, and {await publisher.CountAsync(Topology.DeadQueueName(Queue))} are dead letters"));
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), scene.Cancelled);
        }
    }
}
