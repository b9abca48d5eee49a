using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts.Orders;
using GoCart.Orders;
using GoCart.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;

namespace GoCart.Tests.Orders;

public sealed class ReconcilerTests(OrdersDatabase orders) : IClassFixture<OrdersDatabase>, IAsyncLifetime
{
    private readonly TestClock _clock = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await orders.ExecuteAsync("truncate awaiting_stock");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task An_order_that_waits_for_30_seconds_is_told_of_again_word_by_word()
    {
        var order = await orders.PlaceAsync(_clock.GetMicrosecondNow());
        await SendAllAsync();
        using var reconciler = CreateReconciler();

        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(0, await reconciler.RemindAsync(Cancelled));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await reconciler.RemindAsync(Cancelled));

        Assert.Equal(2, await CreatedEventsAsync(order.Id));
        Assert.Equal(1, await orders.CountAsync(
            "select count(distinct body) from outbox where body ->> 'order_id' = @id", new { id = order.Id.ToString() }));
        Assert.Equal(2, await orders.CountAsync(
            "select count(distinct message_id) from outbox where body ->> 'order_id' = @id", new { id = order.Id.ToString() }));
    }

    [Fact]
    public async Task The_pauses_between_reminders_grow()
    {
        await orders.PlaceAsync(_clock.GetMicrosecondNow());
        await SendAllAsync();
        using var reconciler = CreateReconciler();
        var start = _clock.GetUtcNow();
        var reminded = new List<double>();

        while (_clock.GetUtcNow() - start < TimeSpan.FromMinutes(15))
        {
            _clock.Advance(TimeSpan.FromSeconds(5));
            if (await reconciler.RemindAsync(Cancelled) == 0)
                continue;
            reminded.Add((_clock.GetUtcNow() - start).TotalSeconds);
            await SendAllAsync();
        }

        Assert.Equal([30, 90, 210, 450, 750], reminded);
    }

    [Fact]
    public async Task Nothing_is_told_again_that_has_not_been_told_yet()
    {
        var order = await orders.PlaceAsync(_clock.GetMicrosecondNow());
        using var reconciler = CreateReconciler();
        // The broker is away.
        for (var minute = 0; minute < 10; minute++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(0, await reconciler.RemindAsync(Cancelled));
        }

        await SendAllAsync();
        Assert.Equal(0, await reconciler.RemindAsync(Cancelled));
        _clock.Advance(Reconciler.FirstPause);
        Assert.Equal(1, await reconciler.RemindAsync(Cancelled));
        _clock.Advance(TimeSpan.FromMinutes(2));
        // Nor is the reminder repeated before it has left.
        Assert.Equal(0, await reconciler.RemindAsync(Cancelled));

        Assert.Equal(2, await CreatedEventsAsync(order.Id));
    }

    [Fact]
    public async Task A_locked_order_does_not_keep_others_from_being_cancelled_or_reminded()
    {
        var locked = await orders.PlaceAsync(_clock.GetMicrosecondNow());
        var old = await orders.PlaceAsync(_clock.GetMicrosecondNow());
        using var reconciler = CreateReconciler();
        await LookAfterAsync(reconciler, TimeSpan.FromMinutes(14));
        var young = await orders.PlaceAsync(_clock.GetMicrosecondNow());
        await SendAllAsync();
        await using var holder = await orders.Superuser.OpenConnectionAsync(Cancelled);
        await using var tx = await holder.BeginTransactionAsync(Cancelled);
        await tx.ExecuteAsync("select from orders where id = @Id for update", new { locked.Id }, Cancelled);

        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, await reconciler.CancelAsync(Cancelled));
        Assert.Equal(1, await reconciler.RemindAsync(Cancelled));

        Assert.Equal(OrderStatus.Cancelled, (await orders.FindAsync(old.Id)).Status);
        Assert.Equal(OrderStatus.Pending, (await orders.FindAsync(locked.Id)).Status);
        Assert.Equal(2, await CreatedEventsAsync(young.Id));
        await tx.RollbackAsync(Cancelled);
        Assert.Equal(1, await reconciler.CancelAsync(Cancelled));
    }

    [Fact]
    public async Task What_is_due_is_found_by_an_index()
    {
        await orders.ExecuteAsync(
            """
            insert into awaiting_stock (order_id, since, remind_at)
            select gen_random_uuid(), now(), now() + interval '1 hour' from generate_series(1, 20000);
            analyze awaiting_stock;
            """);

        var plan = await orders.Superuser.QueryAsync<string>(
            """
            explain select order_id from awaiting_stock
            where remind_at > now() - interval '1 minute' and remind_at <= now() and since <= now() - interval '15 minutes'
            order by remind_at limit 200
            """,
            null, Cancelled);

        Assert.Contains(plan, line => line.Contains("awaiting_stock_remind_at_idx", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Several_copies_remind_once()
    {
        foreach (var _ in Enumerable.Range(0, 10))
            await orders.PlaceAsync(_clock.GetMicrosecondNow());
        await SendAllAsync();
        _clock.Advance(TimeSpan.FromSeconds(31));

        var reminders = await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
        {
            using var copy = CreateReconciler();
            return await copy.RemindAsync(Cancelled);
        }));

        Assert.Equal(10, reminders.Sum());
    }

    [Fact]
    public async Task An_order_that_got_its_stock_is_left_alone()
    {
        var order = await orders.PlaceAsync(_clock.GetMicrosecondNow());
        await orders.ConfirmAsync(order.Id);
        _clock.Advance(TimeSpan.FromHours(1));
        using var reconciler = CreateReconciler();

        Assert.Equal(0, await reconciler.CancelAsync(Cancelled));
        Assert.Equal(0, await reconciler.RemindAsync(Cancelled));

        Assert.Equal(OrderStatus.Pending, (await orders.FindAsync(order.Id)).Status);
    }

    [Fact]
    public async Task An_order_that_waits_for_15_minutes_is_cancelled_by_one_of_several_copies()
    {
        var order = await orders.PlaceAsync(_clock.GetMicrosecondNow());
        using var reconciler = CreateReconciler();

        await LookAfterAsync(reconciler, TimeSpan.FromMinutes(14.5));
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(0, await reconciler.CancelAsync(Cancelled));
        _clock.Advance(TimeSpan.FromSeconds(1));
        var cancelled = await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
        {
            using var copy = CreateReconciler();
            return await copy.CancelAsync(Cancelled);
        }));

        Assert.Equal(1, cancelled.Sum());
        var found = await orders.FindAsync(order.Id);
        Assert.Equal((OrderStatus.Cancelled, StockState.Released), (found.Status, found.StockState));
        Assert.Equal("stock_not_confirmed", found.History[^1].Reason);
        Assert.Equal(1, await orders.CountAsync(
            """
            select count(*) from outbox
            where type = 'order.cancelled' and body ->> 'order_id' = @id and body ->> 'reason' = 'stock_not_confirmed'
            """,
            new { id = order.Id.ToString() }));
    }

    [Fact]
    public async Task An_order_that_nobody_looked_after_is_told_of_once_more_before_it_is_given_up()
    {
        var answered = await orders.PlaceAsync(_clock.GetMicrosecondNow());
        var forgotten = await orders.PlaceAsync(_clock.GetMicrosecondNow());
        await SendAllAsync();
        using var reconciler = CreateReconciler();

        // Orders was away, and the answer waits to be read.
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, await reconciler.CancelAsync(Cancelled));
        Assert.Equal(2, await reconciler.RemindAsync(Cancelled));
        await SendAllAsync();
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(0, await reconciler.CancelAsync(Cancelled));
        await orders.ConfirmAsync(answered.Id);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, await reconciler.RemindAsync(Cancelled));
        Assert.Equal(1, await reconciler.CancelAsync(Cancelled));

        Assert.Equal(OrderStatus.Pending, (await orders.FindAsync(answered.Id)).Status);
        Assert.Equal(OrderStatus.Cancelled, (await orders.FindAsync(forgotten.Id)).Status);
        Assert.Equal(2, await CreatedEventsAsync(forgotten.Id));
    }

    [Fact]
    public async Task It_looks_after_orders_by_itself_while_the_service_runs()
    {
        var order = await orders.PlaceAsync(_clock.GetMicrosecondNow());
        await SendAllAsync();
        using var reconciler = CreateReconciler();
        await reconciler.StartAsync(Cancelled);

        _clock.Advance(TimeSpan.FromSeconds(31));
        await Eventually.AssertAsync(async () => Assert.Equal(2, await CreatedEventsAsync(order.Id)));
        await SendAllAsync();
        // Away for a quarter of an hour, it does not know what it has missed.
        _clock.Advance(TimeSpan.FromMinutes(15));
        await Eventually.AssertAsync(async () => Assert.Equal(3, await CreatedEventsAsync(order.Id)));
        _clock.Advance(Reconciler.FirstPause);
        await Eventually.AssertAsync(async () =>
            Assert.Equal(OrderStatus.Cancelled, (await orders.FindAsync(order.Id)).Status));

        await reconciler.StopAsync(Cancelled);
    }

    private Reconciler CreateReconciler() => new(
        orders.Db, new StatusChanges(orders.Db, new OutboxSignal(), _clock), new OutboxSignal(), _clock,
        NullLogger<Reconciler>.Instance);

    /// <summary>As it does while the service runs; nothing is sent meanwhile.</summary>
    private async Task LookAfterAsync(Reconciler reconciler, TimeSpan time)
    {
        for (var end = _clock.GetUtcNow() + time; _clock.GetUtcNow() < end;)
        {
            _clock.Advance(Reconciler.FirstPause);
            await reconciler.RemindAsync(Cancelled);
        }
    }

    /// <summary>As the relay would.</summary>
    private Task<int> SendAllAsync() => orders.ExecuteAsync("update outbox set sent_at = now() where sent_at is null");

    private Task<long> CreatedEventsAsync(Guid orderId) => orders.CountAsync(
        "select count(*) from outbox where type = 'order.created' and body ->> 'order_id' = @id", new { id = orderId.ToString() });
}
