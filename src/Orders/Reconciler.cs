using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts.Orders;
using Npgsql;

namespace GoCart.Orders;

/// <summary>
/// Safety net for lost events: <c>order.created</c> is sent again for an order still waiting after 30 s, at growing intervals, and
/// the order is cancelled after 15 min. Products decides on an order once, so repeating an event that was not
/// lost is harmless. The outbox sends for certain what it has; this is for what the broker, or an operator, lost.
/// </summary>
internal sealed partial class Reconciler(
    NpgsqlDataSource db, StatusChanges changes, OutboxSignal outbox, TimeProvider clock, ILogger<Reconciler> logger)
    : RecurringWork(TimeSpan.FromSeconds(1), clock, logger)
{
    /// <summary>From an order to its first reminder; the pause doubles after each.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);

    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Nobody has looked after an order that is overdue by more: orders or its database was away, was restored, or a clock jumped.
    /// Products may have answered long ago, and the answer wait to be read: the order is told of once more before it is given up.
    /// </summary>
    public static readonly TimeSpan Neglect = TimeSpan.FromMinutes(1);

    /// <summary>In an interval; after a long outage there are thousands.</summary>
    private const int MostGivenUp = 200;

    /// <summary>In an interval: a backlog must not be made worse by reminders of it.</summary>
    private const int MostReminded = 100;

    private readonly TimeProvider _clock = clock;
    private readonly ILogger _logger = logger;

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CancelAsync(cancellationToken);
        }
        finally
        {
            await RemindAsync(cancellationToken);
        }
    }

    /// <summary>Cancels orders that waited too long, as a customer would; one whose answer comes meanwhile goes on.</summary>
    /// <returns>How many were cancelled.</returns>
    internal async Task<int> CancelAsync(CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        var orderIds = await db.QueryAsync<Guid>(
            """
            select order_id from awaiting_stock
            where remind_at > @neglected and remind_at <= @now and since <= @since order by remind_at limit @MostGivenUp
            """,
            new { now, neglected = now - Neglect, since = now - GiveUpAfter, MostGivenUp }, cancellationToken);

        var count = 0;
        foreach (var orderId in orderIds)
        {
            if (await TryCancelAsync(orderId, cancellationToken))
                count++;
        }
        return count;
    }

    private async Task<bool> TryCancelAsync(Guid orderId, CancellationToken cancellationToken)
    {
        try
        {
            // Another copy may be at the same order: the one that comes second finds it cancelled.
            var change = await changes.MoveAsync(orderId, userId: null, actor: null, GiveUp, Reasons.StockNotConfirmed, cancellationToken);
            if (change is not { IsNew: true })
                return false;

            LogGivenUp(orderId);
            return true;
        }
        // It says something about this order, such as that somebody holds it locked, and nothing about the next one.
        catch (PostgresException e)
        {
            LogNotGivenUp(orderId, e.MessageText);
            return false;
        }
    }

    /// <summary>Sends order.created again for the orders whose time has come.</summary>
    /// <returns>How many there were.</returns>
    internal async Task<int> RemindAsync(CancellationToken cancellationToken)
    {
        var count = await db.InTransactionAsync(async tx =>
        {
            var orders = await ClaimAsync(tx, cancellationToken);
            var messages = orders.ConvertAll(order => OutboxMessage.From(order.Event()));
            await tx.EnqueueAsync(messages, cancellationToken);
            await tx.ExecuteAsync(
                """
                update awaiting_stock set message_id = reminder.message_id
                from unnest(@orderIds, @messageIds) as reminder (order_id, message_id)
                where awaiting_stock.order_id = reminder.order_id
                """,
                new
                {
                    orderIds = orders.Select(order => order.Id).ToArray(),
                    messageIds = messages.Select(message => message.MessageId).ToArray(),
                },
                cancellationToken);
            return messages.Count;
        }, cancellationToken);

        if (count > 0)
        {
            outbox.Wake();
            OrdersTelemetry.Reminded.Add(count);
            LogReminded(count);
        }
        return count;
    }

    private static StatusMove GiveUp(OrderState state) =>
        state.Stock == StockState.Awaiting ? state.MoveTo(OrderStatus.Cancelled) : new(state);

    /// <summary>
    /// Sets the time of the next reminder in the transaction of this one; skip locked: another copy takes other orders. An
    /// order whose last message has not even been sent is only put off: while the broker is away, that is all of them. One that
    /// was neglected beyond the time to give it up gets one more pause for the answer.
    /// </summary>
    private Task<List<Reminder>> ClaimAsync(NpgsqlTransaction tx, CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        return tx.QueryAsync<Reminder>(
            ClaimSql,
            new { now, neglected = now - Neglect, since = now - GiveUpAfter, FirstPause, LongestPause, GiveUpAfter, MostReminded },
            cancellationToken);
    }

    private const string ClaimSql =
        """
        with due as (
            select order_id, exists (
                select from outbox where outbox.message_id = awaiting_stock.message_id and sent_at is null) as is_unsent
            from awaiting_stock where remind_at <= @now and (since > @since or remind_at <= @neglected)
            order by remind_at limit @MostReminded for update of awaiting_stock skip locked),
        put_off as (
            update awaiting_stock
            set reminders = reminders + case when is_unsent then 0 else 1 end,
                remind_at = case when since <= @since then @now + @FirstPause else least(
                    since + @GiveUpAfter,
                    @now + case when is_unsent then @FirstPause
                        else least(@FirstPause * 2 ^ least(reminders + 1, 20), @LongestPause) end) end
            from due where awaiting_stock.order_id = due.order_id
            returning awaiting_stock.order_id, is_unsent)
        select id, user_id, cart_id, cart_version, total_cents, currency, created_at,
            array(select product_id from order_items where order_id = orders.id order by position) as product_ids,
            array(select quantity from order_items where order_id = orders.id order by position) as quantities
        from orders where id in (select order_id from put_off where not is_unsent)
        """;

    private sealed record Reminder(
        Guid Id, Guid UserId, Guid CartId, long CartVersion, long TotalCents, string Currency, DateTimeOffset CreatedAt,
        Guid[] ProductIds, int[] Quantities)
    {
        /// <summary>As it was sent when the order was placed.</summary>
        public OrderCreated Event() => new(
            Id, UserId, CartId, CartVersion,
            [.. ProductIds.Zip(Quantities, (productId, quantity) => new OrderedItem(productId, quantity))],
            TotalCents, Currency, CreatedAt);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Products has not answered for {Count} orders in time; they are told of again")]
    private partial void LogReminded(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Products never answered for order {OrderId}; it was cancelled")]
    private partial void LogGivenUp(Guid orderId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Order {OrderId}, for which products never answered, cannot be cancelled for the moment: {Reason}")]
    private partial void LogNotGivenUp(Guid orderId, string reason);
}
