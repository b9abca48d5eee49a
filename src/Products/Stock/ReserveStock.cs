using System.Text.Json;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using Npgsql;

namespace GoCart.Products.Stock;

/// <summary>On order.created: sets stock aside for every item of the order, or for none, and answers which.</summary>
/// <remarks>
/// Rows are locked in one order everywhere: first order_stock, then products, each sorted by id. So any number of copies can
/// reserve and release at the same time without a deadlock.
/// </remarks>
internal sealed class ReserveStock(TimeProvider clock) : IEventHandler<OrderCreated>
{
    public async Task HandleAsync(
        IReadOnlyList<Received<OrderCreated>> batch, NpgsqlTransaction tx, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var orders = batch.DistinctBy(received => received.Event.OrderId).ToList();

        var (claimed, stock) = await ClaimAsync(orders, now, tx, cancellationToken);
        var fresh = orders.Where(received => claimed.Contains(received.Event.OrderId)).ToList();
        var repeated = orders.Where(received => !claimed.Contains(received.Event.OrderId)).ToList();

        var reservations = Reservations.Decide(fresh.Select(received => received.Event), stock);
        await SaveAsync(reservations, now, tx, cancellationToken);

        var replies = fresh.Zip(reservations, (received, reservation) =>
            Reply(reservation.OrderId, reservation.Shortages, received.TraceParent));
        var repliesAgain = await RepliesAgainAsync(repeated, tx, cancellationToken);
        await tx.EnqueueAsync([.. replies, .. repliesAgain], cancellationToken);
    }

    /// <summary>
    /// In one round trip: those of the orders that nobody has decided yet, which are ours now; and the stock of all products
    /// concerned, which nobody else can change from here on. Deleted products are left out.
    /// </summary>
    private static async Task<(HashSet<Guid> Claimed, Dictionary<Guid, int> Stock)> ClaimAsync(
        List<Received<OrderCreated>> orders, DateTimeOffset now, NpgsqlTransaction tx, CancellationToken cancellationToken)
    {
        var productIds = orders.SelectMany(received => received.Event.Items).Select(item => item.ProductId).Distinct();
        await using var results = await tx.QueryMultipleAsync(
            ClaimSql,
            new { orderIds = orders.Select(received => received.Event.OrderId).ToArray(), productIds = productIds.ToArray(), now },
            cancellationToken);
        var claimed = await results.ReadAsync<Guid>();
        var stock = await results.ReadAsync<StockLevel>();
        return ([.. claimed], stock.ToDictionary(level => level.Id, level => level.Stock));
    }

    private static async Task SaveAsync(
        List<Reservation> reservations, DateTimeOffset now, NpgsqlTransaction tx, CancellationToken cancellationToken)
    {
        var sold = reservations
            .Where(reservation => reservation.IsReserved)
            .SelectMany(reservation => reservation.Items, (reservation, item) => (reservation.OrderId, item.ProductId, item.Quantity))
            .ToList();
        if (sold.Count > 0)
        {
            await tx.ExecuteAsync(
                """
                insert into stock_ledger (product_id, kind, delta, order_id, at)
                select product_id, 'sale', -quantity, order_id, @now
                from unnest(@orderIds, @productIds, @quantities) with ordinality as sold (order_id, product_id, quantity, position)
                order by position;

                update products set stock = stock - sold.quantity, version = version + 1, updated_at = @now
                from (select product_id, sum(quantity)::int as quantity
                      from unnest(@productIds, @quantities) as item (product_id, quantity)
                      group by product_id) as sold
                where id = sold.product_id;
                """,
                new
                {
                    orderIds = sold.Select(item => item.OrderId).ToArray(),
                    productIds = sold.Select(item => item.ProductId).ToArray(),
                    quantities = sold.Select(item => item.Quantity).ToArray(),
                    now,
                },
                cancellationToken);
        }

        var rejected = reservations.Where(reservation => !reservation.IsReserved).ToList();
        if (rejected.Count > 0)
            await SaveRejectedAsync(reservations, rejected, tx, cancellationToken);
    }

    /// <summary>Also notes what of the ledger each decision knew: the entries of before, and of those orders that were decided before it.</summary>
    private static Task<int> SaveRejectedAsync(
        List<Reservation> reservations, List<Reservation> rejected, NpgsqlTransaction tx, CancellationToken cancellationToken)
    {
        var reservedBefore = new List<Guid?>();
        Guid? lastReserved = null;
        foreach (var reservation in reservations)
        {
            if (reservation.IsReserved)
                lastReserved = reservation.OrderId;
            else
                reservedBefore.Add(lastReserved);
        }

        return tx.ExecuteAsync(
            RejectSql,
            new
            {
                orderIds = rejected.Select(reservation => reservation.OrderId).ToArray(),
                shortages = rejected
                    .Select(reservation => JsonSerializer.Serialize(reservation.Shortages, Json.Tolerant)).ToArray(),
                reservedBefore = reservedBefore.ToArray(),
                reserved = reservations.Where(reservation => reservation.IsReserved)
                    .Select(reservation => reservation.OrderId).ToArray(),
                productIds = rejected.SelectMany(reservation => reservation.Shortages)
                    .Select(shortage => shortage.ProductId).Distinct().ToArray(),
            },
            cancellationToken);
    }

    /// <summary>What was answered before, once more: the first answer may be what got lost.</summary>
    private static async Task<IEnumerable<OutboxMessage>> RepliesAgainAsync(
        List<Received<OrderCreated>> repeated, NpgsqlTransaction tx, CancellationToken cancellationToken)
    {
        if (repeated.Count == 0)
            return [];

        // What was cancelled, before it came here or since, is not answered: nothing is reserved for it. An orders database that
        // was restored to before the cancellation would take "reserved" for true; without an answer it cancels once more.
        var decided = await tx.QueryAsync<Decided>(
            "select order_id, shortages::text from order_stock where order_id = any(@orderIds) and state in ('reserved', 'rejected')",
            new { orderIds = repeated.Select(received => received.Event.OrderId).ToArray() }, cancellationToken);
        return from order in decided
               join received in repeated on order.OrderId equals received.Event.OrderId
               select Reply(order.OrderId, order.ShortagesOrNone(), received.TraceParent);
    }

    private static OutboxMessage Reply(Guid orderId, IReadOnlyList<StockShortage> shortages, string? traceParent) =>
        shortages.Count == 0
            ? OutboxMessage.From(new StockReserved(orderId), traceParent)
            : OutboxMessage.From(new StockRejected(orderId, shortages), traceParent);

    // Nearly all will be reserved, so they say so.
    private const string ClaimSql =
        """
        insert into order_stock (order_id, state, decided_at)
        select order_id, 'reserved', @now from unnest(@orderIds) as created (order_id)
        order by order_id
        on conflict (order_id) do nothing
        returning order_id;

        select id, stock from products
        where id = any(@productIds) and deleted_at is null
        order by id for no key update;
        """;

    // The entries of this batch have the largest ids there are of its products, in the order of the decisions.
    private const string RejectSql =
        """
        update order_stock set state = 'rejected', shortages = rejected.shortages::jsonb, decided_after = coalesce(
            (select max(id) from stock_ledger where order_id = rejected.reserved_before),
            (select min(id) - 1 from stock_ledger where order_id = any(@reserved)),
            (select max(last.id) from unnest(@productIds) as product (id), lateral (
                select id from stock_ledger where product_id = product.id order by id desc limit 1) as last),
            0)
        from unnest(@orderIds, @shortages, @reservedBefore) as rejected (order_id, shortages, reserved_before)
        where order_stock.order_id = rejected.order_id
        """;

    private sealed record StockLevel(Guid Id, int Stock);

    private sealed record Decided(Guid OrderId, string? Shortages)
    {
        public List<StockShortage> ShortagesOrNone() =>
            Shortages is null ? [] : JsonSerializer.Deserialize<List<StockShortage>>(Shortages, Json.Tolerant) ?? [];
    }
}
