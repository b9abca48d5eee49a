using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Hosting;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Carts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace GoCart.Carts;

/// <summary>GET /api/cart: the cart at today's prices.</summary>
internal static class GetCart
{
    public static async Task<Results<Ok<CartResponse>, StatusCodeHttpResult>> Handle(
        CurrentUser user, HttpContext http, CartReads carts, ProductsClient products,
        IOptions<StoreOptions> store, CancellationToken cancellationToken)
    {
        var stored = await carts.FindAsync(user.Id, cancellationToken);
        var items = stored?.Items ?? [];
        var onSale = await products.FindAsync(user, [.. items.Select(item => item.ProductId)], cancellationToken);

        List<CartItemResponse> shown = [.. items.Select(item => item.At(onSale.GetValueOrDefault(item.ProductId)))];
        // Prices are products' to tell, and so is what they are in; the setting is for a cart that has none.
        var currency = onSale.Values.FirstOrDefault()?.Currency ?? store.Value.Currency;
        var cart = stored is null
            ? new CartResponse(null, CartETag.NoCart, [], 0, currency, null)
            : new CartResponse(stored.Id, stored.Version, shown, Total(shown), currency, stored.UpdatedAt);

        var etag = CartETag.For(cart);
        http.Response.Headers.ETag = etag;
        return ETags.IsNotModified(http.Request, etag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(cart);
    }

    private static long Total(List<CartItemResponse> items) =>
        items.Aggregate(0L, (total, item) => checked(total + item.LineTotalCents));
}
