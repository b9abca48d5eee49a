using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using Npgsql;

namespace GoCart.Carts;

/// <summary>Reads the carts of all who ask at the same time in one statement.</summary>
internal sealed class CartReads
{
    private const int MaxCarts = 32;

    private readonly NpgsqlDataSource _db;
    private readonly RequestBatcher<Guid, StoredCart?> _batcher;

    public CartReads(NpgsqlDataSource db, TimeProvider clock)
    {
        _db = db;
        _batcher = new(FindAllAsync, MaxCarts, clock);
    }

    /// <summary>Null if the customer has none.</summary>
    public Task<StoredCart?> FindAsync(Guid userId, CancellationToken cancellationToken) =>
        _batcher.AskAsync(userId).WaitAsync(cancellationToken);

    /// <summary>One statement, so that version and items of a cart belong together. Oldest item first.</summary>
    private async Task<IReadOnlyList<StoredCart?>> FindAllAsync(IReadOnlyList<Guid> userIds)
    {
        var rows = await _db.QueryAsync<Row>(
            """
            select carts.user_id, carts.id as cart_id, carts.version, carts.ordered_version, carts.updated_at,
                items.id as item_id, items.product_id, items.name, items.quantity, items.price_cents
            from carts left join cart_items items on items.cart_id = carts.id
            where carts.user_id = any(@userIds)
            order by items.created_version
            """,
            new { userIds = userIds.Distinct().ToArray() }, CancellationToken.None);
        var carts = rows.GroupBy(row => row.UserId).ToDictionary(cart => cart.Key, StoredCart (cart) =>
        {
            var row = cart.First();
            return new(row.CartId, row.Version, row.OrderedVersion, row.UpdatedAt, [.. cart.Select(each => each.Item).OfType<CartItem>()]);
        });
        return [.. userIds.Select(carts.GetValueOrDefault)];
    }

    /// <summary>A cart with one of its items, or without any.</summary>
    private sealed record Row(
        Guid UserId, Guid CartId, long Version, long OrderedVersion, DateTimeOffset UpdatedAt,
        Guid? ItemId, Guid? ProductId, string? Name, int? Quantity, long? PriceCents)
    {
        public CartItem? Item =>
            this is { ItemId: { } id, ProductId: { } productId, Name: { } name, Quantity: { } quantity, PriceCents: { } priceCents }
                ? new(id, productId, name, quantity, priceCents)
                : null;
    }
}

/// <param name="OrderedVersion">The newest version that became an order.</param>
/// <param name="Items">Oldest first.</param>
internal sealed record StoredCart(Guid Id, long Version, long OrderedVersion, DateTimeOffset UpdatedAt, IReadOnlyList<CartItem> Items);
