using System.Text.Json;
using Dapper;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts;
using GoCart.Contracts.Orders;
using Npgsql;

namespace GoCart.Operator.Repair;

/// <summary>Puts an event of an order into the outbox of orders once more. The relay sends it, and whoever has handled it before does nothing.</summary>
internal static class EventRepair
{
    private const string HandledInVain = "gocart audit --repair: the order is cancelled, and order.cancelled was handled without giving this back";

    /// <summary>Under a new message id, as the reconciler of orders does it.</summary>
    public static Task<RepairResult> SendCreatedAsync(OperatorSettings settings, Guid orderId, CancellationToken cancellationToken) =>
        OwnerConnection.InTransactionAsync(settings, "orders", async tx =>
        {
            if (await FindAsync(tx, orderId, cancellationToken) is not { } order)
                return NoOrder(orderId);

            await tx.EnqueueAsync([OutboxMessage.From(order.Created())], cancellationToken);
            return Done(OrderCreated.Type, orderId);
        }, cancellationToken);

    /// <summary>
    /// An order has one record of its cancellation. If it is there, it is set to be sent again, under its old id. Where products has
    /// handled it, it would pass it over, and the stock is given back as it should have been.
    /// </summary>
    public static async Task<RepairResult> SendCancelledAsync(
        OperatorSettings settings, Guid orderId, TimeProvider clock, CancellationToken cancellationToken)
    {
        return await OwnerConnection.InTransactionAsync(settings, "orders", async tx =>
        {
            if (await FindAsync(tx, orderId, cancellationToken) is not { Status: "cancelled" } order)
                return NoOrder(orderId);

            var messageId = await tx.QuerySingleOrDefaultAsync<Guid?>(
                """
                select message_id from outbox
                where type = 'order.cancelled' and body->>'order_id' = @orderId order by id limit 1 for update
                """,
                new { orderId = orderId.ToString() }, cancellationToken);
            if (messageId is null)
            {
                await tx.EnqueueAsync([OutboxMessage.From(order.Cancelled())], cancellationToken);
                return Done(OrderCancelled.Type, orderId);
            }

            if (await IsHandledAsync(settings, messageId.Value, cancellationToken))
            {
                return await StockRepair.GiveBackAsync(settings, orderId, HandledInVain, clock, cancellationToken) > 0
                    ? new(IsDone: true, $"The stock of order {orderId}, whose order.cancelled was handled, is given back.")
                    : new RepairResult(IsDone: false, $"The stock of order {orderId} is given back already.");
            }

            await tx.ExecuteAsync(
                """
                update outbox set sent_at = null, lease_until = null, attempts = 0, next_attempt_at = '-infinity'
                where message_id = @messageId
                """,
                new { messageId }, cancellationToken);
            return Done(OrderCancelled.Type, orderId);
        }, cancellationToken);
    }

    private static async Task<bool> IsHandledAsync(OperatorSettings settings, Guid messageId, CancellationToken cancellationToken)
    {
        await using var products = new NpgsqlConnection(settings.Database("products"));
        return await products.QuerySingleAsync<bool>(new CommandDefinition(
            "select exists (select from inbox where message_id = @messageId)", new { messageId }, cancellationToken: cancellationToken));
    }

    /// <summary>Locks it, too: of two repairs at a time, the second sees what the first has written.</summary>
    public static async Task<OrderToTell?> FindAsync(NpgsqlTransaction tx, Guid orderId, CancellationToken cancellationToken)
    {
        var json = await tx.QuerySingleOrDefaultAsync<string>(
            """
            select json_build_object(
                'id', id, 'user_id', user_id, 'cart_id', cart_id, 'cart_version', cart_version, 'status', status,
                'total_cents', total_cents, 'currency', currency, 'created_at', created_at, 'updated_at', updated_at,
                'items', (select json_agg(json_build_object('product_id', product_id, 'quantity', quantity) order by position)
                    from order_items where order_id = orders.id),
                'reason', (select reason from order_history where order_id = orders.id and status = 'cancelled'))
            from orders where id = @orderId for no key update
            """,
            new { orderId }, cancellationToken);
        return json is null ? null : JsonSerializer.Deserialize<OrderToTell>(json, Json.Tolerant);
    }

    private static RepairResult NoOrder(Guid orderId) => new(IsDone: false, $"There is no such order {orderId} any more.");

    private static RepairResult Done(string type, Guid orderId) => new(IsDone: true, $"{type} of order {orderId} is sent again.");

    public sealed record OrderToTell(
        Guid Id, Guid UserId, Guid CartId, long CartVersion, string Status, long TotalCents, string Currency,
        DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, IReadOnlyList<OrderedItem> Items, string? Reason)
    {
        public OrderCreated Created() => new(
            Id, UserId, CartId, CartVersion, Items, TotalCents, Currency, CreatedAt.ToUniversalTime());

        public OrderCancelled Cancelled() => new(Id, Items, Reason ?? "", UpdatedAt.ToUniversalTime());
    }
}
