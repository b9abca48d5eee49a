using System.ComponentModel.DataAnnotations;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using GoCart.BuildingBlocks.Http;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts.Orders;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace GoCart.Carts;

/// <summary>What orders sends as its <c>OrderedContents</c>.</summary>
/// <param name="CartVersion">The version of the cart that became the order.</param>
public sealed record RemoveOrderedRequest(
    Guid CartId,
    [property: Range(1, long.MaxValue)] long CartVersion,
    Guid OrderId,
    [property: Length(1, CartRules.MaxItems)] IReadOnlyList<OrderedItem> Items) : IRequestBody<RemoveOrderedRequest>;

/// <summary>
/// Takes out of a cart what was ordered from it, and nothing else. The orders service calls POST /internal/cart/ordered as
/// soon as an order is stored; the event order.created tells the same again, in case the call was lost. Whichever comes first
/// does the work, once for each version of a cart.
/// </summary>
internal sealed class RemoveOrdered(TimeProvider clock) : IEventHandler<OrderCreated>
{
    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        RemoveOrderedRequest request, CurrentUser user, OrderedRemovals removals)
    {
        if (OrderedItem.FindFault(request.Items) is { } fault)
            return Problem.InvalidRequest(fault);

        var order = new OrderedCart(user.Id, request.CartId, request.CartVersion, request.OrderId, request.Items);

        if (!await removals.RemoveAsync(order))
            return Problems.CartNotFound();

        Failpoint.Hit("cart.clear_after_commit");
        return TypedResults.NoContent();
    }

    public async Task HandleAsync(
        IReadOnlyList<Received<OrderCreated>> batch, NpgsqlTransaction tx, CancellationToken cancellationToken)
    {
        var orders = batch.Select(received => received.Event)
            .Select(order => new OrderedCart(order.UserId, order.CartId, order.CartVersion, order.OrderId, order.Items))
            .ToList();
        // Usually the call came first; an order it recorded has been removed already, so the cart need not be locked.
        var done = await FindDoneAsync(tx, orders, cancellationToken);
        orders.RemoveAll(order => done.Contains(new(order.CartId, order.CartVersion)));
        if (orders.Count > 0)
            await RemoveAsync(tx, orders, isCertain: true, clock.GetUtcNow(), cancellationToken);
    }

    /// <summary>The orders that were taken out of their carts before.</summary>
    private static async Task<HashSet<Key>> FindDoneAsync(
        NpgsqlTransaction tx, List<OrderedCart> orders, CancellationToken cancellationToken) =>
        [.. await tx.QueryAsync<Key>(
            """
            select cart_id, cart_version from ordered_carts
            where (cart_id, cart_version) in (select * from unnest(@cartIds, @cartVersions))
            """,
            new
            {
                cartIds = orders.Select(order => order.CartId).ToArray(),
                cartVersions = orders.Select(order => order.CartVersion).ToArray(),
            },
            cancellationToken)];

    /// <summary>What both ways have in common.</summary>
    /// <remarks>
    /// A version that is still to come was ordered before this database was restored from a backup. The cart leaves it behind
    /// (see <see cref="StoreSql"/>): used a second time, it would stand for two different contents.
    /// </remarks>
    /// <param name="isCertain">
    /// An event says so: these are orders. One whose cart is not there came before the restoration as well, and nothing is left
    /// to be taken out for it.
    /// </param>
    /// <returns>Those of the orders which are of a cart that is their customer's.</returns>
    internal static async Task<IReadOnlyList<OrderedCart>> RemoveAsync(
        NpgsqlTransaction tx, IReadOnlyCollection<OrderedCart> orders, bool isCertain, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (carts, remembered, items) = await BeginAsync(tx, orders, isCertain, now, cancellationToken);
        var known = orders.Where(order => carts.Any(cart => cart.CanBeOf(order))).ToList();
        var fresh = known.DistinctBy(order => (order.CartId, order.CartVersion))
            .Where(order => remembered.Contains(new(order.CartId, order.CartVersion))).ToList();
        if (fresh.Count > 0)
        {
            var remaining = items.Where(item => fresh.Any(order => order.CartId == item.CartId))
                .Select(item => item with { Quantity = RemainsOf(item, fresh) }).ToList();
            await StoreAsync(tx, fresh, remaining, now, cancellationToken);
        }
        return known;
    }

    /// <summary>What is left of an item after all orders of its cart.</summary>
    internal static int RemainsOf(Item item, IEnumerable<OrderedCart> orders) => orders
        .Where(order => order.CartId == item.CartId)
        .Aggregate(item.Quantity, (quantity, order) => CartRules.RemainsAfterOrder(
            quantity, item.CreatedVersion, order.QuantityOf(item.ProductId), order.CartVersion));

    /// <summary>
    /// In one round trip: locks the carts of the batch, notes the orders that nobody has told of before, and reads the items.
    /// </summary>
    private static async Task<(List<Cart> Carts, HashSet<Key> Remembered, List<Item> Items)> BeginAsync(
        NpgsqlTransaction tx, IReadOnlyCollection<OrderedCart> orders, bool isCertain, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var results = await tx.QueryMultipleAsync(
            BeginSql,
            new
            {
                userIds = orders.Select(order => order.UserId).ToArray(),
                cartIds = orders.Select(order => order.CartId).ToArray(),
                cartVersions = orders.Select(order => order.CartVersion).ToArray(),
                orderIds = orders.Select(order => order.OrderId).ToArray(),
                Cart.MostLostVersions,
                isCertain,
                now,
            },
            cancellationToken);
        return (
            [.. await results.ReadAsync<Cart>()],
            [.. await results.ReadAsync<Key>()],
            [.. await results.ReadAsync<Item>()]);
    }

    /// <param name="items">All items of the carts, with the quantity that remains.</param>
    private static Task<int> StoreAsync(
        NpgsqlTransaction tx, IReadOnlyCollection<OrderedCart> orders, IReadOnlyCollection<Item> items,
        DateTimeOffset now, CancellationToken cancellationToken) =>
        tx.ExecuteAsync(
            StoreSql,
            new
            {
                cartIds = orders.Select(order => order.CartId).ToArray(),
                cartVersions = orders.Select(order => order.CartVersion).ToArray(),
                itemIds = items.Select(item => item.Id).ToArray(),
                quantities = items.Select(item => item.Quantity).ToArray(),
                now,
            },
            cancellationToken);

    // Each statement sees what the one before has waited for. The carts are locked always in the same order, the one of
    // CartAdditions: two batches wait for each other, and never deadlock. Only orders that can be of their cart are noted (see
    // CanBeOf), and those of no cart.
    private const string BeginSql =
        """
        select id, user_id, version from carts
        where (id, user_id) in (select * from unnest(@cartIds, @userIds))
        order by user_id for update;

        insert into ordered_carts (cart_id, cart_version, order_id, removed_at)
        select distinct on (cart_id, cart_version) cart_id, cart_version, order_id, @now
        from unnest(@cartIds, @userIds, @cartVersions, @orderIds) as ordered (cart_id, user_id, cart_version, order_id)
        left join carts on carts.id = ordered.cart_id
        where case when carts.id is null then @isCertain
            else carts.user_id = ordered.user_id and ordered.cart_version <= carts.version + @MostLostVersions end
        order by cart_id, cart_version
        on conflict (cart_id, cart_version) do nothing
        returning cart_id, cart_version;

        select id, cart_id, product_id, quantity, created_version from cart_items where cart_id = any(@cartIds);
        """;

    /// <summary>
    /// A cart in which nothing changes keeps its version; that it was ordered is noted all the same. After a version that was
    /// ordered the cart always has a higher one, by which it can be ordered again.
    /// </summary>
    private const string StoreSql =
        """
        with ordered as (
            select cart_id, max(cart_version) as version
            from unnest(@cartIds, @cartVersions) as ordered (cart_id, cart_version) group by cart_id),
        remaining as (
            select * from unnest(@itemIds, @quantities) as remaining (item_id, quantity)),
        removed as (
            delete from cart_items using remaining
            where id = item_id and remaining.quantity = 0
            returning cart_id),
        reduced as (
            update cart_items set quantity = remaining.quantity from remaining
            where id = item_id and remaining.quantity > 0 and remaining.quantity < cart_items.quantity
            returning cart_id),
        changed as (
            select cart_id from removed union select cart_id from reduced)
        update carts
        set ordered_version = greatest(carts.ordered_version, ordered.version),
            version = greatest(carts.version + case when changed.cart_id is null then 0 else 1 end, ordered.version + 1),
            updated_at = case when changed.cart_id is null then carts.updated_at else @now end
        from ordered left join changed on changed.cart_id = ordered.cart_id
        where carts.id = ordered.cart_id
        """;

    /// <summary>A version of a cart that became an order.</summary>
    internal sealed record OrderedCart(
        Guid UserId, Guid CartId, long CartVersion, Guid OrderId, IReadOnlyList<OrderedItem> Items)
    {
        public int QuantityOf(Guid productId) =>
            Items.Where(item => item.ProductId == productId).Sum(item => item.Quantity);
    }

    internal sealed record Item(Guid Id, Guid CartId, Guid ProductId, int Quantity, long CreatedVersion);

    private sealed record Cart(Guid Id, Guid UserId, long Version)
    {
        /// <summary>More changes than this cannot have got lost; an order that claims so is no order of ours.</summary>
        public const long MostLostVersions = 1_000_000;

        public bool CanBeOf(OrderedCart order) =>
            order.CartId == Id && order.UserId == UserId && order.CartVersion <= Version + MostLostVersions;
    }

    private sealed record Key(Guid CartId, long CartVersion);
}
