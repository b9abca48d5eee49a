using System.ComponentModel.DataAnnotations;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Carts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GoCart.Carts;

/// <param name="Quantity">How many to add, 1 to 999; what is in the cart already counts too.</param>
public sealed record AddItemRequest(
    Guid ProductId,
    [property: Range(1, CartRules.MaxQuantity)] int Quantity) : IRequestBody<AddItemRequest>;

/// <summary>
/// POST /api/cart/items: puts units of a product into the cart; the same product again makes its item larger.
/// <see cref="CartAdditions"/> writes it.
/// </summary>
internal static class AddItem
{
    public static async Task<Results<Created<CartItemResponse>, ProblemHttpResult>> Handle(
        AddItemRequest request, CurrentUser user, HttpRequest http,
        ProductsClient products, CartAdditions additions, CancellationToken cancellationToken)
    {
        // Asked before the transaction begins: nobody's cart stays locked while products takes its time.
        var onSale = await products.FindAsync(user, [request.ProductId], cancellationToken);
        if (!onSale.TryGetValue(request.ProductId, out var product))
            return Problems.ProductNotFound();

        var added = await additions.AddAsync(new(user.Id, product, request.Quantity, CartETag.ChangesAllowedBy(http)));
        // The item has no address of its own to be read at.
        return added.Item is { } item ? TypedResults.Created("/api/cart", item.At(product)) : added.Refusal!;
    }
}
