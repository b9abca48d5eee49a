using System.Diagnostics;
using System.Text.Json;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts;
using GoCart.Contracts.Orders;
using GoCart.Tests.Infrastructure;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace GoCart.Tests.Messaging;

public sealed class ConsumerTests(LocalServers servers) : MessagingTests(servers)
{
    [Fact]
    public async Task Every_message_three_times_and_shuffled_takes_effect_once()
    {
        await DeclareQueueAsync();
        var messages = Enumerable.Range(0, 200).Select(_ => (Order: NewOrder(), Id: Guid.CreateVersion7())).ToArray();
        var thrice = Shuffling.Shuffle(messages.Concat(messages).Concat(messages));

        await Task.WhenAll(StartCopyAsync(), StartCopyAsync());
        await Task.WhenAll(thrice.Select(message => PublishAsync(message.Order, message.Id)));

        await AssertHandledOnceAsync(200);
    }

    [Fact]
    public async Task A_message_whose_acknowledgement_is_lost_comes_again_and_takes_no_effect_again()
    {
        var copy = CreateCopy();
        var batches = 0;
        copy.Handler.Before = (_, _) =>
        {
            // The transaction commits, and then the channel of the acknowledgement is gone.
            if (Interlocked.Increment(ref batches) <= 3)
                BrokerLine.Cut();

            return Task.CompletedTask;
        };
        await EnqueueAsync(250);

        await copy.StartAsync();

        await AssertHandledOnceAsync(250);
    }

    [Fact]
    public async Task A_message_that_always_fails_becomes_a_dead_letter_and_harms_no_other()
    {
        var bad = Enumerable.Range(0, 3).Select(_ => NewOrder()).ToArray();
        var badIds = bad.Select(order => order.OrderId).ToHashSet();
        var copy = CreateCopy();
        copy.Handler.Before = (batch, _) => batch.Any(received => badIds.Contains(received.Event.OrderId))
            ? throw new InvalidOperationException("This order cannot be handled.")
            : Task.CompletedTask;
        await EnqueueAsync([.. bad.Select(order => OutboxMessage.From(order)), .. Enumerable.Range(0, 300).Select(_ => OutboxMessage.From(NewOrder()))]);

        await copy.StartAsync();

        await AssertHandledOnceAsync(300, deadLetters: 3);
        Assert.DoesNotContain(await EffectsAsync(), effect => badIds.Contains(effect.Key));
    }

    [Theory]
    [InlineData("40001")]
    [InlineData("40P01")]
    [InlineData("55P03")]
    public async Task An_error_that_time_heals_is_tried_again_until_it_does(string sqlState)
    {
        var failures = 0;
        var copy = CreateCopy();
        copy.Handler.Before = async (_, tx) =>
        {
            // More often than a fault would be forgiven.
            if (Interlocked.Increment(ref failures) <= 8)
                await tx.ExecuteAsync($"do $$ begin raise exception using errcode = '{sqlState}'; end $$", null, Cancelled);
        };
        await EnqueueAsync(3);

        await copy.StartAsync();

        await AssertHandledOnceAsync(3);
    }

    [Fact]
    public async Task Messages_that_wait_for_a_lock_let_the_others_pass()
    {
        var locked = Enumerable.Range(0, 30).Select(_ => NewOrder()).ToList();
        var copy = CreateCopy();
        copy.Handler.Before = async (batch, tx) =>
        {
            if (batch.Any(received => locked.Exists(order => order.OrderId == received.Event.OrderId)))
                await tx.ExecuteAsync("select pg_advisory_xact_lock(1)", null, Cancelled);
        };
        await using var holder = await Db.OpenConnectionAsync(Cancelled);
        await using var held = await holder.BeginTransactionAsync(Cancelled);
        await held.ExecuteAsync("select pg_advisory_xact_lock(1)", null, Cancelled);
        await EnqueueAsync([.. locked.SelectMany(order => Enumerable.Range(0, 10).Select(_ => NewOrder()).Prepend(order)).Select(order => OutboxMessage.From(order))]);

        await copy.StartAsync();
        // If each of them waited as long as a request may, 2 s, it would take a minute and more.
        await Eventually.AssertAsync(async () => Assert.Equal(300, (await EffectsAsync()).Count), TimeSpan.FromSeconds(40));
        await held.RollbackAsync(Cancelled);

        await AssertHandledOnceAsync(330);
    }

    [Fact]
    public async Task A_database_that_is_away_costs_no_message()
    {
        await StartCopyAsync();
        await EnqueueAsync(10);
        await AssertHandledOnceAsync(10);

        DatabaseLine.Refuse();
        await DeclareQueueAsync();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => PublishAsync(NewOrder())));
        await Eventually.AssertAsync(async () => Assert.Equal(0u, await CountAsync(Queue)));
        DatabaseLine.Resume();

        await AssertHandledOnceAsync(210);
    }

    [Fact]
    public async Task A_copy_whose_database_is_away_for_long_leaves_its_messages_to_others_and_comes_back()
    {
        await StartCopyAsync(consumes: true, ("Messaging:DatabaseAwayLimit", "00:00:01"));
        await EnqueueAsync(10);
        await AssertHandledOnceAsync(10);

        DatabaseLine.Refuse();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => PublishAsync(NewOrder())));
        await Eventually.AssertAsync(async () => Assert.Equal(0u, await CountAsync(Queue)));
        // Handed back: they wait in the queue, for whoever has a database.
        await Eventually.AssertAsync(async () => Assert.Equal(50u, await CountAsync(Queue)));
        DatabaseLine.Resume();

        await AssertHandledOnceAsync(60);
    }

    [Fact]
    public async Task A_deleted_queue_is_declared_again_and_consumed()
    {
        await StartCopyAsync();
        await EnqueueAsync(1);
        await AssertHandledOnceAsync(1);

        await Channel.QueueDeleteAsync(Queue, ifUnused: false, ifEmpty: false, cancellationToken: Cancelled);
        await EnqueueAsync(5);

        await AssertHandledOnceAsync(6);
    }

    [Fact]
    public async Task A_queue_the_broker_refuses_shows_in_the_health_until_it_is_put_right()
    {
        await Channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: Cancelled);
        var copy = await StartCopyAsync();
        await Eventually.AssertAsync(async () => Assert.Contains(Queue, (await copy.BrokerHealthAsync()).Description, StringComparison.Ordinal));

        var refused = await copy.BrokerHealthAsync();
        await Channel.QueueDeleteAsync(Queue, ifUnused: false, ifEmpty: false, cancellationToken: Cancelled);

        Assert.Equal(HealthStatus.Degraded, refused.Status);
        await Eventually.AssertAsync(async () => Assert.Equal(HealthStatus.Healthy, (await copy.BrokerHealthAsync()).Status));
        await EnqueueAsync(3);
        await AssertHandledOnceAsync(3);
    }

    [Fact]
    public async Task A_message_that_exceeds_every_time_limit_becomes_a_dead_letter_after_a_while()
    {
        var slow = NewOrder();
        var copy = CreateCopy(consumes: true, ("Messaging:SlowMessageLimit", "00:00:00.500"));
        copy.Handler.Before = async (batch, tx) =>
        {
            if (batch.Any(received => received.Event.OrderId == slow.OrderId))
                await tx.ExecuteAsync("set local statement_timeout = 20; select pg_sleep(60)", null, Cancelled);
        };
        await EnqueueAsync([OutboxMessage.From(slow), .. Enumerable.Range(0, 20).Select(_ => OutboxMessage.From(NewOrder()))]);

        await copy.StartAsync();

        await AssertHandledOnceAsync(20, deadLetters: 1);
    }

    [Fact]
    public async Task A_service_that_stops_finishes_the_batch_in_hand()
    {
        var inHand = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        var copy = CreateCopy();
        copy.Handler.Before = async (_, _) =>
        {
            inHand.TrySetResult();
            await goOn.Task;
        };
        await EnqueueAsync(1);
        await copy.StartAsync();
        await inHand.Task.WaitAsync(TimeSpan.FromMinutes(1), Cancelled);

        var stopped = copy.StopAsync();
        goOn.SetResult();
        await stopped.WaitAsync(TimeSpan.FromMinutes(1), Cancelled);

        Assert.Single(await EffectsAsync());
        await Eventually.AssertAsync(async () => Assert.Equal(0u, await CountAsync(Queue)));
    }

    [Fact]
    public async Task A_reply_commits_with_its_cause_and_continues_its_trace()
    {
        const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var copy = CreateCopy();
        copy.Handler.Before = (batch, tx) => tx.EnqueueAsync(
            [.. batch.Select(received => OutboxMessage.From(
                new OrderCancelled(received.Event.OrderId, received.Event.Items, "test", DateTimeOffset.UtcNow), received.TraceParent))],
            Cancelled);
        await Topology.DeclareQueueAsync(Channel, "orders.order.cancelled", OrderCancelled.Exchange, OrderCancelled.Type);
        await DeclareQueueAsync();
        await PublishAsync(
            JsonSerializer.SerializeToUtf8Bytes(NewOrder(), Json.Tolerant),
            properties => properties.Headers = new Dictionary<string, object?> { ["traceparent"] = Trace });

        await copy.StartAsync();
        await AssertHandledOnceAsync(1);

        var stored = await Db.QuerySingleOrDefaultAsync<string>("select trace_parent from outbox", null, Cancelled);
        Assert.Equal(ActivityContext.Parse(Trace, null).TraceId, ActivityContext.Parse(stored!, null).TraceId); // not null in the row
    }
}
