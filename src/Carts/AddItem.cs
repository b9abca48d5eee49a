using System.ComponentModel.DataAnnotations;
using Dapper;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Carts;
using GoCart.Contracts.Products;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace GoCart.Carts;

/// <param name="Quantity">How many to add, 1 to 999; what is in the cart already counts too.</param>
public sealed record AddItemRequest(
    Guid ProductId,
    [property: Range(1, CartRules.MaxQuantity)] int Quantity) : IRequestBody<AddItemRequest>;

/// <summary>POST /api/cart/items: puts units of a product into the cart; the same product again makes its item larger.</summary>
internal static class AddItem
{
    private static readonly TimeSpan FindOutLimit = TimeSpan.FromSeconds(3);

    public static async Task<Results<Created<CartItemResponse>, ProblemHttpResult>> Handle(
        AddItemRequest request, CurrentUser user, HttpRequest http,
        NpgsqlDataSource db, ProductsClient products, TimeProvider clock, CancellationToken cancellationToken)
    {
        // Asked before the transaction begins: nobody's cart stays locked while products takes its time.
        var onSale = await products.FindAsync(user, [request.ProductId], cancellationToken);
        if (!onSale.TryGetValue(request.ProductId, out var product))
            return Problems.ProductNotFound();

        await using var connection = await db.ConnectAsync(cancellationToken);
        await using var tx = await connection.BeginTransactionAsync(cancellationToken);

        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var (change, before) = await WriteAsync(tx, user.Id, id, product, request.Quantity, clock.GetUtcNow(), cancellationToken);
        if (!change.IsAllowedBy(http))
            return Problems.PreconditionFailed();

        var sum = before.Quantity + request.Quantity;
        switch (CartRules.Add(before.Items, before.Quantity, request.Quantity, product.Stock))
        {
            case Refusal.CartLimit:
                return Problems.CartLimit();
            case Refusal.InsufficientStock:
                return Problems.InsufficientStock(product.Id, sum, product.Stock);
        }

        var item = new CartItem(before.ItemId ?? id, product.Id, product.Name, sum, product.PriceCents);
        await CommitAsync(tx, change, user.Id, db, clock);

        // The item has no address of its own to be read at.
        return TypedResults.Created("/api/cart", item.At(product));
    }

    /// <summary>If it were unknown whether the units are in the cart, the customer would add them once more.</summary>
    private static async Task CommitAsync(
        NpgsqlTransaction tx, CartChange change, Guid userId, NpgsqlDataSource db, TimeProvider clock)
    {
        try
        {
            await tx.CommitConfirmedAsync(CancellationToken.None);
        }
        catch (NpgsqlException e) when (e.IsOutcomeUnknown())
        {
            var until = clock.GetUtcNow() + FindOutLimit;
            if (!await db.FindOutAsync(() => change.IsMadeAsync(db, userId), until, clock))
                throw;
        }
    }

    /// <summary>
    /// Locks the cart, gives it its next version, and writes the item, in one round trip. What is to be refused is known after it,
    /// and then the transaction is not committed.
    /// </summary>
    /// <returns>Also what was in the cart before, when it was locked.</returns>
    private static async Task<(CartChange Change, Before Before)> WriteAsync(
        NpgsqlTransaction tx, Guid userId, Guid id, ProductOnSale product, int added, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var connection = tx.Connection ?? throw new InvalidOperationException("The transaction has ended.");
        await using var results = await connection.QueryMultipleAsync(new CommandDefinition(
            WriteSql,
            new
            {
                cartId = Guid.CreateVersion7(now),
                userId,
                now,
                id,
                productId = product.Id,
                product.Name,
                product.PriceCents,
                added,
                most = Math.Min(product.Stock, CartRules.MaxQuantity),
            },
            tx, cancellationToken: cancellationToken));
        return (await results.ReadSingleAsync<CartChange>(), await results.ReadSingleAsync<Before>());
    }

    /// <param name="Items">Different products in the cart.</param>
    /// <param name="Quantity">Units of this product.</param>
    /// <param name="ItemId">The item that has them; null if there was none.</param>
    private sealed record Before(int Items, int Quantity, Guid? ItemId);

    /// <remarks>
    /// Of two that would make the cart at once, one makes it and the other waits and finds it. The second statement sees what the
    /// first has waited for; the select in it, the items as they were before its insert. That insert leaves out what would be
    /// refused because of the quantity, so that a product that is sold out does not cost writes that are rolled back.
    /// </remarks>
    private const string WriteSql =
        """
        insert into carts (id, user_id, version, created_at, updated_at)
        values (@cartId, @userId, 1, @now, @now)
        on conflict (user_id) do update set version = carts.version + 1, updated_at = excluded.updated_at
        returning id as cart_id, version, updated_at;

        with cart as (
            select id, version from carts where user_id = @userId),
        before as (
            select count(*)::int as items,
                coalesce(max(items.quantity) filter (where items.product_id = @productId), 0) as quantity,
                (array_agg(items.id) filter (where items.product_id = @productId))[1] as item_id
            from cart_items items where items.cart_id = (select id from cart)),
        written as (
            insert into cart_items (id, cart_id, product_id, name, price_cents, quantity, created_version)
            select @id, cart.id, @productId, @Name, @PriceCents, before.quantity + @added, cart.version
            from cart, before where before.quantity + @added <= @most
            on conflict (cart_id, product_id) do update
            set name = excluded.name, price_cents = excluded.price_cents, quantity = excluded.quantity)
        select items, quantity, item_id from before;
        """;
}
