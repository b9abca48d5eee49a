using System.Text.Json;
using GoCart.BuildingBlocks.Database;
using GoCart.Contracts;
using GoCart.Contracts.Orders;
using Npgsql;

namespace GoCart.Orders;

/// <summary>An order as it is read, with its items and its history in the same statement: they belong to one moment.</summary>
internal sealed record OrderRow(
    Guid Id,
    Guid UserId,
    string Status,
    string StockState,
    long TotalCents,
    string Currency,
    string Items,
    string? Rejection,
    string History,
    long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    private const string Select =
        """
        select id, user_id, status, stock_state, total_cents, currency,
            (select json_agg(json_build_object('id', item.id, 'product_id', item.product_id, 'name', item.name,
                    'quantity', item.quantity, 'price_cents', item.price_cents, 'line_total_cents', item.line_total_cents)
                order by item.position)
             from order_items item where item.order_id = orders.id) as items,
            rejection,
            (select json_agg(json_build_object('status', entry.status, 'at', entry.at, 'reason', entry.reason)
                order by entry.version)
             from order_history entry where entry.order_id = orders.id) as history,
            version, created_at, updated_at
        from orders
        """;

    /// <param name="userId">Whose order it has to be; null for anybody's.</param>
    public static async Task<OrderResponse?> FindAsync(
        NpgsqlDataSource db, Guid id, Guid? userId, CancellationToken cancellationToken)
    {
        var row = await db.QuerySingleOrDefaultAsync<OrderRow>(
            userId is null ? $"{Select} where id = @id" : $"{Select} where id = @id and user_id = @userId",
            new { id, userId }, cancellationToken);
        return row?.ToResponse();
    }

    /// <summary>Those of the orders that are the customer's who is named with them.</summary>
    public static async Task<List<OrderResponse>> ListOwnAsync(
        NpgsqlDataSource db, IReadOnlyCollection<(Guid Id, Guid UserId)> wanted, CancellationToken cancellationToken)
    {
        var rows = await db.QueryAsync<OrderRow>(
            $"{Select} where (id, user_id) in (select * from unnest(@ids, @userIds))",
            new { ids = wanted.Select(order => order.Id).ToArray(), userIds = wanted.Select(order => order.UserId).ToArray() },
            cancellationToken);
        return rows.ConvertAll(row => row.ToResponse());
    }

    /// <summary>Newest first. Only the conditions that are asked for are in the statement, so that each list has its index.</summary>
    /// <param name="before">The last order of the page before; null for the first page.</param>
    public static async Task<List<OrderResponse>> ListAsync(
        NpgsqlDataSource db, Guid? userId, OrderStatus? status, Guid? before, int limit, CancellationToken cancellationToken)
    {
        string?[] conditions =
        [
            userId is null ? null : "user_id = @userId",
            status is null ? null : "status = @status",
            before is null ? null : "id < @before",
        ];
        var where = string.Join(" and ", conditions.OfType<string>());
        var rows = await db.QueryAsync<OrderRow>(
            $"{Select} {(where.Length > 0 ? "where" : "")} {where} order by id desc limit @limit",
            new { userId, status = status?.ToText(), before, limit }, cancellationToken);
        return rows.ConvertAll(row => row.ToResponse());
    }

    /// <summary>Those of the orders for which products has said whether their stock is reserved.</summary>
    public static async Task<List<OrderResponse>> ListAnsweredAsync(
        NpgsqlDataSource db, Guid[] ids, CancellationToken cancellationToken)
    {
        var rows = await db.QueryAsync<OrderRow>(
            $"{Select} where id = any(@ids) and stock_state <> 'awaiting'", new { ids }, cancellationToken);
        return rows.ConvertAll(row => row.ToResponse());
    }

    private OrderResponse ToResponse() => new(
        Id, UserId, Enum.Parse<OrderStatus>(Status, ignoreCase: true), Enum.Parse<StockState>(StockState, ignoreCase: true),
        TotalCents, Currency, Read<List<OrderItemResponse>>(Items),
        Rejection is null ? null : Read<OrderRejection>(Rejection),
        // The database writes times in the time zone of its session.
        Read<List<OrderHistoryEntry>>(History).ConvertAll(entry => entry with { At = entry.At.ToUniversalTime() }),
        Version, CreatedAt, UpdatedAt);

    private static T Read<T>(string json) =>
        JsonSerializer.Deserialize<T>(json, Json.Tolerant) ?? throw new JsonException("An order holds a null.");
}

internal static class OrderTexts
{
    /// <summary>As in the columns: every name is one word.</summary>
    public static string ToText(this OrderStatus status) => status.ToString().ToLowerInvariant();

    /// <inheritdoc cref="ToText(OrderStatus)"/>
    public static string ToText(this StockState state) => state.ToString().ToLowerInvariant();
}
