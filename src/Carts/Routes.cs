using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;

namespace GoCart.Carts;

/// <summary>Every route of the service. The owner of the token is the owner of the cart: no route names a cart or a user.</summary>
internal static class Routes
{
    public static void MapCartRoutes(this IEndpointRouteBuilder routes)
    {
        var cart = routes.MapGroup("/api/cart").WithTags("Cart")
            .RequireAuthorization(Policies.SignedIn)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        cart.MapRead("", GetCart.Handle).WithName("GetCart")
            .WithSummary("Shows the cart with today's prices")
            .ProducesProblem(StatusCodes.Status400BadRequest);

        cart.MapPost("/items", AddItem.Handle).WithName("AddCartItem")
            .WithSummary("Adds units of a product to the cart")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);

        cart.MapPatch("/items/{id}", ChangeQuantity.Handle).WithName("ChangeCartItemQuantity")
            .WithSummary("Sets the quantity of a cart item")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);

        cart.MapDelete("/items/{id}", RemoveItem.Handle).WithName("RemoveCartItem")
            .WithSummary("Removes an item from the cart")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);

        cart.MapDelete("", ClearCart.Handle).WithName("ClearCart")
            .WithSummary("Removes all items from the cart")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);

        // For the orders service, in the name of its customer; the gateway lets nobody through to these.
        var checkout = routes.MapGroup("/internal/cart").RequireAuthorization(Policies.SignedIn).ExcludeFromDescription();
        checkout.MapRead("", GetContents.Handle);
        checkout.MapPost("/ordered", RemoveOrdered.Handle);
    }
}
