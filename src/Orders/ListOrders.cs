using System.ComponentModel;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Orders;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace GoCart.Orders;

/// <summary>GET /api/orders: the customer's own orders, newest first. GET /admin/orders: everybody's, or one customer's.</summary>
internal static class ListOrders
{
    /// <param name="status">Only orders that have this status.</param>
    public static async Task<Results<PageResult<OrderResponse>, ProblemHttpResult>> Handle(
        string? status, Page page, CurrentUser user, NpgsqlDataSource db, CancellationToken cancellationToken)
    {
        if (!TryParseStatus(status, out var wanted))
            return Problems.UnknownStatus();

        return await ListAsync(user.Id, wanted, page, db, cancellationToken);
    }

    /// <param name="status">Only orders that have this status.</param>
    public static async Task<Results<PageResult<OrderResponse>, ProblemHttpResult>> HandleAdmin(
        string? status, [FromQuery(Name = "user_id"), Description("Only orders of this customer.")] string? userId, Page page,
        NpgsqlDataSource db, CancellationToken cancellationToken)
    {
        if (!TryParseStatus(status, out var wanted))
            return Problems.UnknownStatus();

        var customerId = Guid.Empty;
        if (userId is not null && !RouteId.TryParse(userId, out customerId))
            return Problems.InvalidUserId();

        return await ListAsync(userId is null ? null : customerId, wanted, page, db, cancellationToken);
    }

    private static async Task<PageResult<OrderResponse>> ListAsync(
        Guid? userId, OrderStatus? status, Page page, NpgsqlDataSource db, CancellationToken cancellationToken)
    {
        var orders = await OrderRow.ListAsync(db, userId, status, page.PositionId, page.Limit + 1, cancellationToken);
        return page.Of(orders, order => order.Id);
    }

    /// <summary>Exactly as orders show it: no other letter case, no number, no list.</summary>
    private static bool TryParseStatus(string? text, out OrderStatus? status)
    {
        status = Enum.GetValues<OrderStatus>().Cast<OrderStatus?>().FirstOrDefault(value => value?.ToText() == text);
        return text is null || status is not null;
    }
}
