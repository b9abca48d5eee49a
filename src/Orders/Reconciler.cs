using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts.Orders;
using Npgsql;

namespace GoCart.Orders;

/// <summary>
/// The net under the events: an order that still waits for products after 30 s is told of again, after ever longer pauses, and
/// after 15 min it is cancelled. Products answers for an order once, so the repetition of an event that was not lost is harmless.
/// </summary>
internal sealed partial class Reconciler(
    NpgsqlDataSource db, StatusChanges changes, OutboxSignal outbox, TimeProvider clock, ILogger<Reconciler> logger)
    : RecurringWork(TimeSpan.FromSeconds(1), clock, logger)
{
    /// <summary>From an order to its first reminder; the pause doubles after each.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);

    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(15);

    /// <summary>Of each kind in an interval: a backlog must not be made worse by reminders of it.</summary>
    private const int Limit = 20;

    private readonly TimeProvider _clock = clock;
    private readonly ILogger _logger = logger;

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        await CancelAsync(cancellationToken);
        await RemindAsync(cancellationToken);
    }

    /// <summary>Cancels orders that waited too long, as a customer would; one whose answer comes meanwhile goes on.</summary>
    /// <returns>How many were cancelled.</returns>
    internal async Task<int> CancelAsync(CancellationToken cancellationToken)
    {
        var orderIds = await db.QueryAsync<Guid>(
            "select order_id from awaiting_stock where since <= @since order by order_id limit @Limit",
            new { since = _clock.GetUtcNow() - GiveUpAfter, Limit }, cancellationToken);

        var count = 0;
        foreach (var orderId in orderIds)
        {
            // Another copy may be at the same order: the one that comes second finds it cancelled.
            var change = await changes.MoveAsync(orderId, userId: null, GiveUp, Reasons.StockNotConfirmed, cancellationToken);
            if (change is { IsNew: true })
            {
                count++;
                LogGivenUp(orderId);
            }
        }
        return count;
    }

    /// <summary>Sends order.created again for the orders whose time has come.</summary>
    /// <returns>How many there were.</returns>
    internal async Task<int> RemindAsync(CancellationToken cancellationToken)
    {
        var messages = await db.InTransactionAsync(async tx =>
        {
            var orders = await ClaimAsync(tx, cancellationToken);
            var messages = orders.ConvertAll(order => OutboxMessage.From(order.Event()));
            await tx.EnqueueAsync(messages, cancellationToken);
            return messages;
        }, cancellationToken);

        if (messages.Count > 0)
        {
            outbox.Wake();
            OrdersTelemetry.Reminded.Add(messages.Count);
            LogReminded(messages.Count);
        }
        return messages.Count;
    }

    private static StatusMove GiveUp(OrderState state) =>
        state.Stock == StockState.Awaiting ? state.MoveTo(OrderStatus.Cancelled) : new(state);

    /// <summary>Sets the time of the next reminder in the transaction of this one; skip locked: another copy takes other orders.</summary>
    private Task<List<Reminder>> ClaimAsync(NpgsqlTransaction tx, CancellationToken cancellationToken) =>
        tx.QueryAsync<Reminder>(
            """
            with due as (
                update awaiting_stock
                set reminders = reminders + 1, remind_at = @now + least(@FirstPause * 2 ^ least(reminders + 1, 20), @LongestPause)
                where order_id = any(array(
                    select order_id from awaiting_stock where remind_at <= @now
                    order by order_id limit @Limit for update skip locked))
                returning order_id)
            select id, user_id, cart_id, cart_version, total_cents, currency, created_at,
                array(select product_id from order_items where order_id = orders.id order by position) as product_ids,
                array(select quantity from order_items where order_id = orders.id order by position) as quantities
            from orders where id in (select order_id from due)
            """,
            new { now = _clock.GetUtcNow(), FirstPause, LongestPause, Limit }, cancellationToken);

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
}
