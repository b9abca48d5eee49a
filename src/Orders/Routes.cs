using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Orders;

namespace GoCart.Orders;

/// <summary>Every route of the service.</summary>
internal static class Routes
{
    public static void MapOrderRoutes(this IEndpointRouteBuilder routes)
    {
        var orders = routes.MapGroup("/api/orders").WithTags("Orders")
            .RequireAuthorization(Policies.SignedIn)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        orders.MapPost("", PlaceOrder.Handle).WithName("PlaceOrder")
            .WithSummary("Orders what is in the cart")
            .Produces<OrderResponse>(StatusCodes.Status201Created)
            .Produces<OrderResponse>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

        orders.MapRead("", ListOrders.HandleOwn).WithName("ListOrders")
            .WithSummary("Lists your orders, newest first")
            .ProducesProblem(StatusCodes.Status400BadRequest);

        orders.MapRead("/{id}", GetOrder.Handle).WithName("GetOrder")
            .WithSummary("Shows one of your orders")
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);

        orders.MapDelete("/{id}", CancelOrder.Handle).WithName("CancelOrder")
            .WithSummary("Cancels a pending or paid order")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);

        var admin = routes.MapGroup("/admin/orders").WithTags("Admin")
            .RequireAuthorization(Policies.Admin)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        admin.MapRead("", ListOrders.HandleAll).WithName("ListAllOrders")
            .WithSummary("Lists everybody's orders, newest first")
            .ProducesProblem(StatusCodes.Status400BadRequest);

        admin.MapPatch("/{id}", ChangeStatus.Handle).WithName("ChangeOrderStatus")
            .WithSummary("Notes that an order was paid, shipped or delivered, or cancels it")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
    }
}
