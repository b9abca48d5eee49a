using System.ComponentModel.DataAnnotations;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Carts;
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

        var (change, (items, quantity)) = await CartChange.BeginOrCreateAsync(
            tx, user.Id, product.Id, clock.GetUtcNow(), cancellationToken);
        if (!change.IsAllowedBy(http))
            return Problems.PreconditionFailed();

        switch (CartRules.Add(items, quantity, request.Quantity, product.Stock))
        {
            case Refusal.CartLimit:
                return Problems.CartLimit();
            case Refusal.InsufficientStock:
                return Problems.InsufficientStock(product.Id, quantity + request.Quantity, product.Stock);
        }

        var item = new CartItem(
            Guid.CreateVersion7(clock.GetUtcNow()), product.Id, product.Name, quantity + request.Quantity, product.PriceCents);
        item = item with { Id = await UpsertAsync(tx, change, item, cancellationToken) };
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

    /// <returns>The item's id: that of the item which is already there, if there is one.</returns>
    private static Task<Guid> UpsertAsync(
        NpgsqlTransaction tx, CartChange change, CartItem item, CancellationToken cancellationToken) =>
        tx.QuerySingleAsync<Guid>(
            """
            insert into cart_items (id, cart_id, product_id, name, price_cents, quantity, created_version)
            values (@Id, @CartId, @ProductId, @Name, @PriceCents, @Quantity, @Version)
            on conflict (cart_id, product_id) do update
            set name = excluded.name, price_cents = excluded.price_cents, quantity = excluded.quantity
            returning id
            """,
            new { item.Id, change.CartId, item.ProductId, item.Name, item.PriceCents, item.Quantity, change.Version },
            cancellationToken);
}
