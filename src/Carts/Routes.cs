using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;
using GoCart.BuildingBlocks.OpenApi;

namespace GoCart.Carts;

/// <summary>Every route of the service. The owner of the token is the owner of the cart: no route names a cart or a user.</summary>
internal static class Routes
{
    public static void MapCartRoutes(this IEndpointRouteBuilder routes)
    {
        var cart = routes.MapGroup("/api/cart").WithTags("Cart").RequireAuthorization(Policies.SignedIn);

        cart.MapRead("", GetCart.Handle).WithName("GetCart")
            .WithSummary("Show the cart")
            .WithDescription(
                "At today's prices. `available` says whether the item can be ordered at this quantity, `price_changed` whether "
                + "its price is no longer the one it was added at. Without a cart `id` is null and `version` 0.")
            .Produces(StatusCodes.Status304NotModified);

        cart.MapPost("/items", AddItem.Handle).WithName("AddCartItem")
            .WithSummary("Add units of a product")
            .WithDescription("The same product again: the quantities add up. A cart holds 100 items, and 999 units of each.")
            .WithProblems(
                Problems.ProductNotFound(), Problems.InsufficientStock(Examples.ProductId, requested: 5, available: 3),
                Problems.CartLimit(), Problems.PreconditionFailed());

        cart.MapPatch("/items/{id}", ChangeQuantity.Handle).WithName("ChangeCartItemQuantity")
            .WithSummary("Set the quantity of an item")
            .WithDescription("The quantity that the cart shall hold, 1 to 999; to take the item out, delete it.")
            .WithProblems(
                Problems.CartItemNotFound(), Problems.InsufficientStock(Examples.ProductId, requested: 5, available: 3),
                Problems.PreconditionFailed());

        cart.MapDelete("/items/{id}", RemoveItem.Handle).WithName("RemoveCartItem")
            .WithSummary("Remove an item")
            .WithDescription("All units of it.")
            .WithProblems(Problems.CartItemNotFound(), Problems.PreconditionFailed());

        cart.MapDelete("", ClearCart.Handle).WithName("ClearCart")
            .WithSummary("Remove all items")
            .WithDescription("Also when there are none.")
            .WithProblems(Problems.PreconditionFailed());

        // For the orders service, in the name of its customer; the gateway lets nobody through to these.
        var checkout = routes.MapGroup("/internal/cart").RequireAuthorization(Policies.SignedIn).ExcludeFromDescription();
        checkout.MapRead("", GetContents.Handle);
        checkout.MapPost("/ordered", RemoveOrdered.Handle);

        // The orders service calls it with the staff member's token; the handler checks the role itself, because /internal routes
        // carry no role policy.
        routes.MapRead("/internal/orders/{id}/timeline", GetOrderTimeline.Handle)
            .RequireAuthorization(Policies.SignedIn).ExcludeFromDescription();
    }
}
