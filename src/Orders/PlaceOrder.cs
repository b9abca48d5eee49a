using System.ComponentModel.DataAnnotations;
using System.Globalization;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Orders;

namespace GoCart.Orders;

/// <param name="ExpectedTotalCents">What the customer was shown, 0 or more: the order is refused if the cart costs anything else by now.</param>
public sealed record PlaceOrderRequest(
    [property: Range(typeof(long), "0", "9223372036854775807")] long ExpectedTotalCents) : IRequestBody<PlaceOrderRequest>;

/// <summary>POST /api/orders: orders what is in the cart. <see cref="Checkout"/> has the steps.</summary>
internal static class PlaceOrder
{
    public static async Task<IResult> Handle(
        PlaceOrderRequest? request, IdempotencyKey? key, CurrentUser user, HttpContext http,
        Checkout checkout, StockResults stockResults, CancellationToken cancellationToken)
    {
        var fingerprint = key is null ? [] : IdempotencyKey.FingerprintOf(http.Request, request);
        var result = await checkout.RunAsync(
            new(user, request?.ExpectedTotalCents, key, fingerprint), cancellationToken);

        switch (result)
        {
            case CheckoutResult.Placed(var placed):
                var order = await AfterStockResultAsync(placed, http, stockResults, cancellationToken);
                http.Response.Headers.ETag = ETags.For(order.Version);
                return TypedResults.Created(LocationOf(order), order);
            case CheckoutResult.Found(var found):
                var first = await AfterStockResultAsync(found, http, stockResults, cancellationToken);
                http.Response.Headers.ETag = ETags.For(first.Version);
                return TypedResults.Ok(first);
            case CheckoutResult.Answered(var answer):
                return answer;
            case CheckoutResult.Refused(var problem):
                return problem;
            default:
                throw new InvalidOperationException($"{result} is not expected.");
        }
    }

    public static string LocationOf(OrderResponse order) => $"/api/orders/{order.Id}";

    /// <summary>The order as it is once products has answered, or after as long as the client would wait.</summary>
    private static async Task<OrderResponse> AfterStockResultAsync(
        OrderResponse order, HttpContext http, StockResults stockResults, CancellationToken cancellationToken)
    {
        if (Prefer.WaitSeconds(http.Request) is not { } seconds)
            return order;

        var waited = await stockResults.WaitAsync(order, TimeSpan.FromSeconds(seconds), cancellationToken);
        if (waited is null)
            return order;

        http.Response.Headers[Prefer.AppliedHeader] = string.Create(CultureInfo.InvariantCulture, $"wait={seconds}");
        return waited;
    }
}
