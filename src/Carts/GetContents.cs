using GoCart.BuildingBlocks.Auth;
using GoCart.Contracts.Carts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace GoCart.Carts;

/// <summary>GET /internal/cart: what orders needs to know to make an order of the cart; it asks products for the prices itself.</summary>
internal static class GetContents
{
    public static async Task<Ok<CartContents>> Handle(CurrentUser user, CartReads carts, CancellationToken cancellationToken) =>
        TypedResults.Ok(await carts.FindAsync(user.Id, cancellationToken) is { } cart
            ? new CartContents(
                cart.Id, cart.Version, cart.OrderedVersion, [.. cart.Items.Select(item => new CartContentsItem(item.ProductId, item.Quantity))])
            : new CartContents(null, CartETag.NoCart, 0, []));
}
