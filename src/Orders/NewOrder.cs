using System.Diagnostics;
using Dapper;
using GoCart.BuildingBlocks.Http;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts.Carts;
using GoCart.Contracts.Orders;
using Npgsql;

namespace GoCart.Orders;

/// <summary>An order that is about to be placed, and how it is stored.</summary>
internal sealed record NewOrder(OrderResponse Placed, Guid CartId, long CartVersion, long CartOrderedVersion)
{
    public OrderedContents Ordered => new(CartId, CartVersion, Placed.Id, OrderedItems.Of(Placed));

    /// <summary>Whether the database refused it because the cart was ordered before.</summary>
    public static bool IsOrderedBefore(PostgresException exception) =>
        exception.ConstraintName is "orders_cart_version_key" or "orders_cart_ordered_version_key";

    /// <summary>Whether the database refused it because it has this very order already.</summary>
    public static bool IsStoredBefore(PostgresException exception) => exception.ConstraintName == "orders_pkey";

    public static NewOrder From(Guid userId, Guid cartId, CartContents cart, Quote quote, DateTimeOffset now)
    {
        var order = new OrderResponse(
            Guid.CreateVersion7(now), userId, OrderStatus.Pending, StockState.Awaiting, quote.TotalCents, quote.Currency,
            quote.Items, Rejection: null, [new(OrderStatus.Pending, now, Reason: null)], Version: 1, now, now);
        return new(order, cartId, cart.Version, cart.OrderedVersion);
    }

    /// <summary>
    /// Stores everything that belongs to the order in one statement, which is one transaction and one round trip: the answer
    /// under its idempotency key, the order, its items, the first line of its history, and the event order.created.
    /// </summary>
    /// <param name="deadline">The database does not begin later than that, by its own clock.</param>
    /// <returns>The database's time; null when the key was taken by a rival, who was waited for: then nothing is stored.</returns>
    /// <exception cref="PostgresException">The cart was ordered before (<see cref="IsOrderedBefore"/>), or the wait was too long.</exception>
    /// <remarks>It is not cancelled half-way: once it is on its way, nobody but the database knows whether it is done.</remarks>
    public async Task<DateTimeOffset?> TryInsertAsync(
        NpgsqlConnection connection, IdempotencyKey? key, byte[] fingerprint, DateTimeOffset deadline)
    {
        var message = OutboxMessage.From(Event());
        var answer = key is null ? null : IdempotentAnswer.Created(fingerprint, PlaceOrder.LocationOf(Placed), ETags.For(Placed.Version), Placed);

        return await connection.QuerySingleOrDefaultAsync<DateTimeOffset?>(
            key is null ? InsertSql : InsertWithKeySql,
            new
            {
                Placed.Id,
                Placed.UserId,
                CartId,
                CartVersion,
                CartOrderedVersion,
                Placed.TotalCents,
                Placed.Currency,
                Now = Placed.CreatedAt,
                RemindAt = Placed.CreatedAt + Reconciler.FirstPause,
                ItemIds = Placed.Items.Select(item => item.Id).ToArray(),
                ProductIds = Placed.Items.Select(item => item.ProductId).ToArray(),
                Names = Placed.Items.Select(item => item.Name).ToArray(),
                Quantities = Placed.Items.Select(item => item.Quantity).ToArray(),
                Prices = Placed.Items.Select(item => item.PriceCents).ToArray(),
                LineTotals = Placed.Items.Select(item => item.LineTotalCents).ToArray(),
                message.MessageId,
                message.Exchange,
                message.Type,
                EventBody = message.Body,
                message.TraceParent,
                TraceId = Activity.Current?.TraceId.ToHexString(),
                Key = key?.Value,
                answer?.Fingerprint,
                answer?.Status,
                answer?.Location,
                answer?.Etag,
                answer?.Body,
                deadline,
            });
    }

    private OrderCreated Event() => new(
        Placed.Id, Placed.UserId, CartId, CartVersion, OrderedItems.Of(Placed), Placed.TotalCents, Placed.Currency, Placed.CreatedAt);

    private const string InsertSql =
        $"""
        with placed as (
            insert into orders (id, user_id, cart_id, cart_version, cart_ordered_version, total_cents, currency, created_at, updated_at)
            select @Id, @UserId, @CartId, @CartVersion, @CartOrderedVersion, @TotalCents, @Currency, @Now, @Now
            where refuse_after(@deadline)
            returning id),
        {InsertDetailsSql}
        """;

    // The key comes first, and everything hangs on it: of two requests with one key, one waits there for the other's end.
    private const string InsertWithKeySql =
        $"""
        with kept as (
            {IdempotentAnswer.InsertSql}
            returning user_id),
        placed as (
            insert into orders (id, user_id, cart_id, cart_version, cart_ordered_version, total_cents, currency, created_at, updated_at)
            select @Id, user_id, @CartId, @CartVersion, @CartOrderedVersion, @TotalCents, @Currency, @Now, @Now from kept
            where refuse_after(@deadline)
            returning id),
        {InsertDetailsSql}
        """;

    private const string InsertDetailsSql =
        """
        items as (
            insert into order_items (order_id, id, product_id, name, quantity, price_cents, line_total_cents, position)
            select placed.id, item.* from placed,
                unnest(@ItemIds, @ProductIds, @Names, @Quantities, @Prices, @LineTotals) with ordinality as item),
        history as (
            insert into order_history (order_id, version, status, at, actor, trace_id)
            select id, 1, 'pending', @Now, @UserId, @TraceId from placed),
        awaiting as (
            insert into awaiting_stock (order_id, since, remind_at, message_id)
            select id, @Now, @RemindAt, @MessageId from placed),
        event as (
            insert into outbox (message_id, exchange, type, body, trace_parent)
            select @MessageId, @Exchange, @Type, cast(@EventBody as jsonb), @TraceParent from placed)
        select clock_timestamp() from placed
        """;
}

internal static class OrderedItems
{
    /// <summary>The items as events and other services know them.</summary>
    public static List<OrderedItem> Of(OrderResponse order) =>
        [.. order.Items.Select(item => new OrderedItem(item.ProductId, item.Quantity))];
}
