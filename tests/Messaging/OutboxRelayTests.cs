using System.Diagnostics;
using System.Text;
using System.Text.Json;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts;
using GoCart.Contracts.Orders;
using GoCart.Tests.Infrastructure;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RabbitMQ.Client;

namespace GoCart.Tests.Messaging;

public sealed class OutboxRelayTests(LocalServers servers) : MessagingTests(servers)
{
    [Fact]
    public async Task Every_message_of_the_outbox_is_handled_once()
    {
        await EnqueueAsync(3000);

        await StartCopyAsync();

        await AssertHandledOnceAsync(3000);
    }

    [Fact]
    public async Task A_message_is_sent_at_once_when_the_relay_is_woken()
    {
        // Without the wake it would take a minute; so would a second try, had the first message no queue yet.
        await DeclareQueueAsync();
        var copy = await StartCopyAsync(consumes: true, ("Messaging:PollInterval", "00:01:00"));
        await EnqueueAsync(1);
        copy.Services.GetRequiredService<OutboxSignal>().Wake();
        await AssertHandledOnceAsync(1);
        await EnqueueAsync(5);

        copy.Services.GetRequiredService<OutboxSignal>().Wake();

        // Half of what the poll would take.
        await Eventually.AssertAsync(async () => Assert.Equal(6, (await EffectsAsync()).Count), TimeSpan.FromSeconds(30));
        await AssertHandledOnceAsync(6);
    }

    [Fact]
    public async Task A_message_says_what_it_is_and_which_trace_it_belongs_to()
    {
        await DeclareQueueAsync();
        var order = NewOrder();
        using var activity = new Activity("placing an order").SetIdFormat(ActivityIdFormat.W3C).Start();
        var sent = OutboxMessage.From(order);
        await EnqueueAsync(sent);

        await StartCopyAsync(consumes: false);
        var got = await Eventually.GetAsync(
            () => Channel.BasicGetAsync(Queue, autoAck: true, Cancelled), message => message is not null);

        Assert.NotNull(got);
        Assert.Equal("orders", got.Exchange);
        Assert.Equal("order.created", got.RoutingKey);
        Assert.Equal(sent.MessageId.ToString(), got.BasicProperties.MessageId);
        Assert.Equal("order.created", got.BasicProperties.Type);
        Assert.Equal("application/json", got.BasicProperties.ContentType);
        Assert.Equal(DeliveryModes.Persistent, got.BasicProperties.DeliveryMode);
        Assert.InRange(got.BasicProperties.Timestamp.UnixTime, DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60, long.MaxValue);
        var traceParent = Assert.IsType<byte[]>(got.BasicProperties.Headers?["traceparent"]);
        Assert.Equal(activity.TraceId, ActivityContext.Parse(Encoding.ASCII.GetString(traceParent), null).TraceId);
        Assert.Equivalent(order, JsonSerializer.Deserialize<OrderCreated>(got.Body.Span, Json.Tolerant));
    }

    [Fact]
    public async Task Two_relays_of_one_outbox_send_each_message_once()
    {
        await DeclareQueueAsync();
        await EnqueueAsync(4000);

        await Task.WhenAll(StartCopyAsync(consumes: false), StartCopyAsync(consumes: false));

        await Eventually.AssertAsync(async () => Assert.Equal(0, await CountUnsentAsync()));
        await Eventually.AssertAsync(async () => Assert.Equal(4000u, await CountAsync(Queue)));
    }

    [Fact]
    public async Task A_message_without_a_queue_is_tried_again_until_there_is_one_and_holds_up_nobody()
    {
        await DeclareQueueAsync();
        var unroutable = new OutboxMessage(Guid.CreateVersion7(), "orders", "order.cancelled", "{}", null);
        await EnqueueAsync([unroutable, .. Enumerable.Range(0, 600).Select(_ => OutboxMessage.From(NewOrder()))]);
        await StartCopyAsync(consumes: false);

        await Eventually.AssertAsync(async () => Assert.Equal(1, await CountUnsentAsync()));
        await Eventually.AssertAsync(async () => Assert.InRange(await AttemptsAsync(unroutable), 2, 10));
        await Topology.DeclareQueueAsync(Channel, "late.order.cancelled", "orders", "order.cancelled");

        await Eventually.AssertAsync(async () => Assert.Equal(0, await CountUnsentAsync()));
        await Eventually.AssertAsync(async () => Assert.Equal(1u, await CountAsync("late.order.cancelled")));
        Assert.Equal(600u, await CountAsync(Queue));
    }

    [Fact]
    public async Task An_event_waits_until_every_service_that_must_have_it_has_its_queue()
    {
        const string Early = "early.order.created";
        await Topology.DeclareQueueAsync(Channel, Early, OrderCreated.Exchange, OrderCreated.Type);
        var sent = await EnqueueAsync(1);
        await EnqueueAsync(new OutboxMessage(Guid.CreateVersion7(), "orders", "order.cancelled", "{}", null));
        await Topology.DeclareQueueAsync(Channel, "early.order.cancelled", OrderCancelled.Exchange, OrderCancelled.Type);

        await StartCopyAsync(consumes: false);
        await Eventually.AssertAsync(async () => Assert.InRange(await AttemptsAsync(sent[0]), 1, 10));
        var early = await CountAsync(Early);
        await DeclareQueueAsync();

        Assert.Equal(0u, early);
        await Eventually.AssertAsync(async () => Assert.Equal(0, await CountUnsentAsync()));
        await Eventually.AssertAsync(async () =>
        {
            Assert.Equal(1u, await CountAsync(Early));
            Assert.Equal(1u, await CountAsync(Queue));
            Assert.Equal(1u, await CountAsync("early.order.cancelled"));
        });
    }

    [Fact]
    public async Task A_message_the_broker_closes_the_channel_over_holds_up_nobody()
    {
        await DeclareQueueAsync();
        // Only the broker itself may declare or write to an exchange named so.
        var forbidden = new OutboxMessage(Guid.CreateVersion7(), "amq.forbidden", "order.created", "{}", null);
        var tooLong = new OutboxMessage(Guid.CreateVersion7(), "orders", new string('x', 300), "{}", null);
        await EnqueueAsync([forbidden, tooLong, .. Enumerable.Range(0, 20).Select(_ => OutboxMessage.From(NewOrder()))]);

        await StartCopyAsync(consumes: false);

        await Eventually.AssertAsync(async () => Assert.Equal(20u, await CountAsync(Queue)));
        await Eventually.AssertAsync(async () => Assert.Equal(2, await CountUnsentAsync()));
        Assert.InRange(await AttemptsAsync(forbidden), 1, 10);
        Assert.InRange(await AttemptsAsync(tooLong), 1, 10);
    }

    [Fact]
    public async Task A_queue_that_denies_its_messages_gets_them_when_it_takes_them_again_and_holds_up_nobody()
    {
        const string Full = "full.order.cancelled";
        await DeclareQueueAsync();
        await Channel.QueueDeclareAsync(
            Full, durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?> { ["x-max-length"] = 1, ["x-overflow"] = "reject-publish" }, cancellationToken: Cancelled);
        await Channel.QueueBindAsync(Full, OrderCancelled.Exchange, OrderCancelled.Type, cancellationToken: Cancelled);
        await Channel.BasicPublishAsync("", Full, ReadOnlyMemory<byte>.Empty, Cancelled);
        var denied = new OutboxMessage(Guid.CreateVersion7(), OrderCancelled.Exchange, OrderCancelled.Type, "{}", null);
        await EnqueueAsync(denied);
        await StartCopyAsync(consumes: false);

        // Denied more than once: by then the relay has left the channel that it was denied over first.
        await Eventually.AssertAsync(async () => Assert.InRange(await AttemptsAsync(denied), 2, 20));
        await EnqueueAsync(20);
        await Eventually.AssertAsync(async () => Assert.Equal(20u, await CountAsync(Queue)));
        Assert.Equal(1, await CountUnsentAsync());
        await Channel.QueuePurgeAsync(Full, Cancelled);

        await Eventually.AssertAsync(async () => Assert.Equal(0, await CountUnsentAsync()));
        Assert.Equal(1u, await CountAsync(Full));
    }

    [Fact]
    public async Task A_row_claimed_by_a_relay_that_died_is_sent_when_its_lease_ends()
    {
        await DeclareQueueAsync();
        await EnqueueAsync(10);
        var dead = new OutboxTable(Db);
        Assert.Equal(10, (await dead.ClaimAsync(limit: 100, lease: TimeSpan.FromMinutes(2), Cancelled)).Count);
        await StartCopyAsync();
        await EnqueueAsync(5);
        await Eventually.AssertAsync(async () => Assert.Equal(5, (await EffectsAsync()).Count));
        Assert.Equal(10, await CountUnsentAsync());

        await Db.ExecuteAsync("update outbox set lease_until = now() where sent_at is null", null, Cancelled);

        await AssertHandledOnceAsync(15);
    }

    [Fact]
    public async Task A_database_whose_clock_is_set_back_holds_no_message_back()
    {
        await DeclareQueueAsync();
        await EnqueueAsync(2);
        // As they stand after a step of two hours: refused, or claimed by a relay that died, just before it.
        await Db.ExecuteAsync(
            """
            update outbox set next_attempt_at = now() + interval '2 hours' where id = (select min(id) from outbox);
            update outbox set lease_until = now() + interval '2 hours' where id = (select max(id) from outbox)
            """,
            null, Cancelled);
        Assert.Equal(1, (await Db.QueryAsync<long>(
            "select count(*) from outbox where next_attempt_at = '-infinity'", null, Cancelled)).Single());

        await StartCopyAsync();

        await AssertHandledOnceAsync(2);
    }

    [Fact]
    public async Task Connections_that_break_again_and_again_lose_nothing_and_double_nothing()
    {
        await EnqueueAsync(2000);
        await Task.WhenAll(StartCopyAsync(), StartCopyAsync());

        for (var handled = 200; handled < 2000; handled += 400)
        {
            await Eventually.AssertAsync(async () => Assert.InRange((await EffectsAsync()).Count, handled, int.MaxValue));
            BrokerLine.Cut();
        }

        await AssertHandledOnceAsync(2000);
    }

    [Fact]
    public async Task A_service_starts_without_its_broker_and_joins_when_it_comes()
    {
        BrokerLine.Refuse();
        var copy = await StartCopyAsync();
        await EnqueueAsync(10);

        var whileAway = await copy.BrokerHealthAsync();
        BrokerLine.Resume();

        Assert.Equal(HealthStatus.Degraded, whileAway.Status);
        await AssertHandledOnceAsync(10);
        Assert.Equal(HealthStatus.Healthy, (await copy.BrokerHealthAsync()).Status);
    }

    [Fact]
    public async Task A_broker_that_freezes_is_left_and_publishing_goes_on_when_it_is_back()
    {
        await StartCopyAsync(consumes: true, ("Messaging:PublishTimeout", "00:00:01"));
        await EnqueueAsync(10);
        await AssertHandledOnceAsync(10);

        BrokerLine.Freeze();
        await EnqueueAsync(1000);
        await Eventually.AssertAsync(async () => Assert.Equal(0, await CountLeasedAsync()));
        BrokerLine.Cut();
        BrokerLine.Resume();

        await AssertHandledOnceAsync(1010);
    }

    [Fact]
    public async Task Sent_rows_and_inbox_rows_go_when_they_are_old_and_unsent_ones_stay()
    {
        await EnqueueAsync(1500);
        var copy = CreateCopy(consumes: false);
        await Db.ExecuteAsync(
            """
            update outbox set sent_at = now() - interval '8 days', occurred_at = now() - interval '8 days';
            update outbox set sent_at = now() - interval '6 days' where id <= 10;
            update outbox set sent_at = null where id > 1490;
            insert into inbox (queue, message_id, received_at)
            select 'q', gen_random_uuid(), now() - case when n <= 5 then interval '6 days' else interval '8 days' end
            from generate_series(1, 2500) as n
            """,
            null, Cancelled);
        var cleaner = copy.Services.GetServices<IHostedService>().OfType<MessageCleaner>().Single();

        await cleaner.CleanAsync(Cancelled);

        Assert.Equal(20, await Db.QuerySingleOrDefaultAsync<long>("select count(*) from outbox", null, Cancelled));
        Assert.Equal(10, await CountUnsentAsync());
        Assert.Equal(5, await Db.QuerySingleOrDefaultAsync<long>("select count(*) from inbox", null, Cancelled));
    }

    private Task<long> CountLeasedAsync() =>
        Db.QuerySingleOrDefaultAsync<long>("select count(*) from outbox where lease_until > now()", null, Cancelled);

    private Task<int> AttemptsAsync(OutboxMessage message) => Db.QuerySingleOrDefaultAsync<int>(
        "select attempts from outbox where message_id = @MessageId", new { message.MessageId }, Cancelled);
}
