using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using GoCart.Contracts.Products;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace GoCart.Carts;

/// <summary>Units of a product for a customer's cart.</summary>
/// <param name="Allows">Whether the request lets a cart of this version be changed.</param>
internal sealed record Addition(Guid UserId, ProductOnSale Product, int Quantity, Func<long, bool> Allows);

/// <summary>The item as it is in the cart now, or why it is not: one of the two.</summary>
internal sealed record Added(CartItem? Item, ProblemHttpResult? Refusal = null);

/// <summary>Puts what customers add at the same time into their carts, in one transaction: one lock, write and commit for all.</summary>
/// <remarks>
/// It locks several carts, always in the order of their customers, and so does <see cref="RemoveOrdered"/>: two batches wait for
/// each other, and never deadlock.
/// </remarks>
internal sealed class CartAdditions
{
    private const int MaxCarts = 32;

    private static readonly TimeSpan FindOutLimit = TimeSpan.FromSeconds(3);

    private readonly NpgsqlDataSource _db;
    private readonly TimeProvider _clock;
    private readonly RequestBatcher<Addition, Added> _batcher;

    public CartAdditions(NpgsqlDataSource db, TimeProvider clock)
    {
        _db = db;
        _clock = clock;
        _batcher = new(AddAllAsync, NewBatch, clock)
        {
            // A cart that somebody holds locked for too long, say.
            IsOfOneAlone = e => e is NpgsqlException failure && !failure.IsOutcomeUnknown(),
        };
    }

    public Task<Added> AddAsync(Addition addition) => _batcher.AskAsync(addition);

    /// <summary>A cart changes once in a transaction: who adds twice at the same time does so in two.</summary>
    private static Func<Addition, bool> NewBatch()
    {
        var customers = new HashSet<Guid>();
        return addition => customers.Count < MaxCarts && customers.Add(addition.UserId);
    }

    /// <summary>Writes all, and if some are refused nothing of it, but all the others once more.</summary>
    private async Task<IReadOnlyList<Added>> AddAllAsync(IReadOnlyList<Addition> additions)
    {
        var answers = new Dictionary<Guid, Added>();
        for (var rest = additions; rest.Count > 0; rest = [.. rest.Where(addition => !answers.ContainsKey(addition.UserId))])
        {
            foreach (var (userId, answer) in await TryAddAsync(rest))
                answers[userId] = answer;
        }
        return [.. additions.Select(addition => answers[addition.UserId])];
    }

    /// <returns>By customer, all that are refused if some are, and then nothing is written; otherwise all.</returns>
    private async Task<Dictionary<Guid, Added>> TryAddAsync(IReadOnlyList<Addition> additions)
    {
        await using var connection = await _db.ConnectAsync(CancellationToken.None);
        await using var tx = await connection.BeginTransactionAsync(CancellationToken.None);
        var written = await WriteAsync(tx, additions);
        var refused = new Dictionary<Guid, Added>();
        foreach (var addition in additions)
        {
            if (FindRefusal(addition, written[addition.UserId]) is { } refusal)
                refused[addition.UserId] = new(null, refusal);
        }
        if (refused.Count > 0)
            return refused;

        await CommitAsync(tx, written.Values);
        return additions.ToDictionary(addition => addition.UserId, addition => new Added(written[addition.UserId].ItemOf(addition)));
    }

    private static ProblemHttpResult? FindRefusal(Addition addition, Written written)
    {
        // As it was before this change.
        if (!addition.Allows(written.Version - 1))
            return Problems.PreconditionFailed();

        var product = addition.Product;
        return CartRules.Add(written.Items, written.Quantity, addition.Quantity, product.Stock) switch
        {
            Refusal.CartLimit => Problems.CartLimit(),
            Refusal.InsufficientStock => Problems.InsufficientStock(product.Id, written.Quantity + addition.Quantity, product.Stock),
            _ => null,
        };
    }

    /// <summary>If it were unknown whether the units are in the cart, the customer would add them once more.</summary>
    private async Task CommitAsync(NpgsqlTransaction tx, IEnumerable<Written> written)
    {
        try
        {
            await tx.CommitConfirmedAsync(CancellationToken.None);
        }
        catch (NpgsqlException e) when (e.IsOutcomeUnknown())
        {
            // Of one transaction: what is true of one cart is of all. One that was changed since does not tell.
            var until = _clock.GetUtcNow() + FindOutLimit;
            foreach (var cart in written)
            {
                if (await _db.FindOutAsync(() => cart.Change.IsMadeAsync(_db, cart.UserId), until, _clock))
                    return;
            }
            throw;
        }
    }

    /// <summary>
    /// Locks the carts, gives them their next version, and writes the items, in one round trip. What is to be refused is known
    /// after it, and then the transaction is not committed.
    /// </summary>
    /// <returns>By customer.</returns>
    private async Task<Dictionary<Guid, Written>> WriteAsync(NpgsqlTransaction tx, IReadOnlyList<Addition> additions)
    {
        var now = _clock.GetUtcNow();
        var written = await tx.QueryAsync<Written>(
            WriteSql,
            new
            {
                now,
                cartIds = additions.Select(_ => Guid.CreateVersion7(now)).ToArray(),
                userIds = additions.Select(addition => addition.UserId).ToArray(),
                ids = additions.Select(_ => Guid.CreateVersion7(now)).ToArray(),
                productIds = additions.Select(addition => addition.Product.Id).ToArray(),
                names = additions.Select(addition => addition.Product.Name).ToArray(),
                prices = additions.Select(addition => addition.Product.PriceCents).ToArray(),
                quantities = additions.Select(addition => addition.Quantity).ToArray(),
                most = additions.Select(addition => Math.Min(addition.Product.Stock, CartRules.MaxQuantity)).ToArray(),
            },
            CancellationToken.None);
        return written.ToDictionary(cart => cart.UserId);
    }

    /// <summary>What became of a cart, if the transaction is committed, and what of the product was in it before.</summary>
    /// <param name="Items">Different products in the cart before.</param>
    /// <param name="Quantity">Units of this product before.</param>
    /// <param name="ItemId">The item that has them; a new one if there was none.</param>
    private sealed record Written(Guid UserId, Guid CartId, long Version, DateTimeOffset UpdatedAt, int Items, int Quantity, Guid ItemId)
    {
        public CartChange Change => new(CartId, Version, UpdatedAt);

        public CartItem ItemOf(Addition addition) => new(
            ItemId, addition.Product.Id, addition.Product.Name, Quantity + addition.Quantity, addition.Product.PriceCents);
    }

    /// <remarks>
    /// Of two that would make a cart at once, one makes it and the other waits and finds it. The second statement sees what the
    /// first has waited for; the select in it, the items as they were before its insert. That insert leaves out what would be
    /// refused because of the quantity, so that a product that is sold out does not cost writes that are rolled back.
    /// </remarks>
    private const string WriteSql =
        """
        insert into carts (id, user_id, version, created_at, updated_at)
        select cart_id, user_id, 1, @now, @now from unnest(@cartIds, @userIds) as added (cart_id, user_id) order by user_id
        on conflict (user_id) do update set version = carts.version + 1, updated_at = excluded.updated_at;

        with before as (
            select added.*, carts.id as cart_id, carts.version, carts.updated_at, old.items, old.quantity, coalesce(old.item_id, added.id) as item_id
            from unnest(@userIds, @ids, @productIds, @names, @prices, @quantities, @most)
                as added (user_id, id, product_id, name, price_cents, added, most)
            join carts on carts.user_id = added.user_id
            cross join lateral (
                select count(*)::int as items,
                    coalesce(max(items.quantity) filter (where items.product_id = added.product_id), 0) as quantity,
                    (array_agg(items.id) filter (where items.product_id = added.product_id))[1] as item_id
                from cart_items items where items.cart_id = carts.id) as old),
        written as (
            insert into cart_items (id, cart_id, product_id, name, price_cents, quantity, created_version)
            select id, cart_id, product_id, name, price_cents, quantity + added, version
            from before where quantity + added <= most
            on conflict (cart_id, product_id) do update
            set name = excluded.name, price_cents = excluded.price_cents, quantity = excluded.quantity)
        select user_id, cart_id, version, updated_at, items, quantity, item_id from before
        """;
}
