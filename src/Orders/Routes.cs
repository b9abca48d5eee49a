using GoCart.BuildingBlocks.Audit;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;
using GoCart.BuildingBlocks.OpenApi;
using GoCart.Contracts.Orders;

namespace GoCart.Orders;

/// <summary>Every route of the service.</summary>
internal static class Routes
{
    public static void MapOrderRoutes(this IEndpointRouteBuilder routes)
    {
        var orders = routes.MapGroup("/api/orders").WithTags("Orders").RequireAuthorization(Policies.SignedIn);

        orders.MapPost("", PlaceOrder.Handle).WithName("PlaceOrder")
            .WithSummary("Order what is in the cart")
            .WithDescription(
                "At today's prices; with `expected_total_cents` only if it costs that much. One state of a cart is ordered once: "
                + "asked again, the first order is answered with 200. The order is `pending` until its stock is reserved; "
                + "`Prefer: wait` holds the answer until then; where many wait already it comes at once, without `Preference-Applied`.")
            .WithHeader("Prefer", "`wait=N`, 1 to 10: hold the answer up to N seconds until stock is reserved or rejected.", "wait=5")
            .Produces<OrderResponse>(StatusCodes.Status201Created)
            .Produces<OrderResponse>()
            .WithProblems(
                Problems.CartEmpty(), Problems.ProductUnavailable(Examples.Unavailable),
                Problems.InsufficientStock(Examples.Shortage), Problems.PriceChanged(2398, 2598, Examples.Price));

        orders.MapRead("", ListOrders.Handle).WithName("ListOrders")
            .WithSummary("List your orders")
            .WithDescription("Newest first, with their items.");

        orders.MapRead("/{id}", GetOrder.Handle).WithName("GetOrder")
            .WithSummary("Show one of your orders")
            .WithDescription("With its items as they were ordered, and its history.")
            .Produces(StatusCodes.Status304NotModified)
            .WithProblems(Problems.OrderNotFound());

        orders.MapDelete("/{id}", CancelOrder.Handle).WithName("CancelOrder")
            .WithSummary("Cancel an order")
            .WithDescription("While it is pending or paid; its stock is given back. Cancelling again answers the same and does nothing.")
            .WithProblems(Problems.OrderNotFound(), Problems.OrderNotCancellable("shipped"));

        var admin = routes.MapGroup("/admin/orders").WithTags("Administration").RequireAuthorization(Policies.Support);

        admin.MapRead("", ListOrders.HandleAdmin).WithName("ListAllOrders").WithReadAudit("orders.listed")
            .WithSummary("List everybody's orders")
            .WithDescription("Newest first, with their items.");

        admin.MapRead("/{id}", GetOrder.HandleAdmin).WithName("GetAnyOrder").WithReadAudit("order.read")
            .WithSummary("Show anybody's order")
            .WithDescription("With its items as they were ordered, and its history.")
            .Produces(StatusCodes.Status304NotModified)
            .WithProblems(Problems.OrderNotFound());

        admin.MapRead("/{id}/timeline", GetOrderTimeline.Handle).WithName("GetOrderTimeline").WithReadAudit("order.read")
            .WithSummary("Show everything that happened to an order")
            .WithDescription(
                "Oldest first, over all services: placed, events written, sent and handled, stock taken and given back, each with its "
                + "time, and where they are recorded with actor and trace id. `missing` names services that did not answer. Events are "
                + "remembered for some days only.")
            .WithProblems(Problems.OrderNotFound());

        admin.MapPatch("/{id}", ChangeStatus.Handle).WithName("ChangeOrderStatus")
            .WithSummary("Move an order on")
            .WithDescription(
                "pending to paid, paid to shipped, shipped to delivered; pending or paid to cancelled, which gives the stock back. "
                + "The status it has already changes nothing. The role `support` may cancel, and nothing else.")
            .WithProblems(Problems.OrderNotFound(), Problems.IllegalTransition("delivered", "paid"), Problems.StockNotReserved());

        routes.MapAuditLog("orders");
    }
}
