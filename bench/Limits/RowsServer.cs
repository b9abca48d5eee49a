using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace GoCart.Bench.Limits;

/// <summary>Kestrel and a prepared statement: it reads the rows that the store reads, and writes them as JSON, with no rule between.</summary>
internal static class RowsServer
{
    private const string CartSql =
        """
        select carts.id, carts.version, carts.updated_at, items.id, items.product_id, items.name, items.quantity, items.price_cents
        from carts left join cart_items items on items.cart_id = carts.id
        where carts.user_id = $1 order by items.created_version
        """;

    private const string OrderSql =
        """
        select id, user_id, status, stock_state, total_cents, currency,
            (select json_agg(json_build_object('id', item.id, 'product_id', item.product_id, 'name', item.name,
                    'quantity', item.quantity, 'price_cents', item.price_cents, 'line_total_cents', item.line_total_cents)
                order by item.position)
             from order_items item where item.order_id = orders.id) as items,
            (select json_agg(json_build_object('status', entry.status, 'at', entry.at, 'reason', entry.reason)
                order by entry.version)
             from order_history entry where entry.order_id = orders.id) as history,
            version, created_at, updated_at
        from orders where
        """;

    public static Task RunAsync(WebApplicationBuilder builder, string carts, string orders)
    {
        var cartRows = DataSource(carts);
        var orderRows = DataSource(orders);
        var app = builder.Build();
        app.MapGet("/cart/{user}", (Guid user, HttpContext context) => WriteAsync(context, cartRows, CartSql, WriteCartRow, user));
        app.MapGet("/orders/{id}", (Guid id, HttpContext context) => WriteAsync(context, orderRows, $"{OrderSql} id = $1", WriteOrder, id));
        app.MapGet("/orders-of/{user}", (Guid user, HttpContext context) =>
            WriteAsync(context, orderRows, $"{OrderSql} user_id = $1 order by id desc limit 21", WriteOrder, user));
        return app.RunAsync();
    }

    private static NpgsqlDataSource DataSource(string connectionString) => NpgsqlDataSource.Create(
        $"{connectionString};Max Auto Prepare=10;Auto Prepare Min Usages=1;No Reset On Close=true;Maximum Pool Size=16");

    private static async Task WriteAsync(
        HttpContext context, NpgsqlDataSource db, string sql, Action<Utf8JsonWriter, NpgsqlDataReader> writeRow, Guid id)
    {
        await using var connection = await db.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = id } } };
        await using var reader = await command.ExecuteReaderAsync();
        context.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartArray();
        while (await reader.ReadAsync())
            writeRow(json, reader);
        json.WriteEndArray();
    }

    private static void WriteCartRow(Utf8JsonWriter json, NpgsqlDataReader row)
    {
        json.WriteStartObject();
        json.WriteString("cart_id", row.GetGuid(0));
        json.WriteNumber("version", row.GetInt64(1));
        json.WriteString("updated_at", row.GetDateTime(2));
        json.WriteString("id", row.GetGuid(3));
        json.WriteString("product_id", row.GetGuid(4));
        json.WriteString("name", row.GetString(5));
        json.WriteNumber("quantity", row.GetInt32(6));
        json.WriteNumber("price_cents", row.GetInt64(7));
        json.WriteEndObject();
    }

    private static void WriteOrder(Utf8JsonWriter json, NpgsqlDataReader row)
    {
        json.WriteStartObject();
        json.WriteString("id", row.GetGuid(0));
        json.WriteString("user_id", row.GetGuid(1));
        json.WriteString("status", row.GetString(2));
        json.WriteString("stock_state", row.GetString(3));
        json.WriteNumber("total_cents", row.GetInt64(4));
        json.WriteString("currency", row.GetString(5));
        json.WritePropertyName("items");
        json.WriteRawValue(row.GetString(6));
        json.WritePropertyName("history");
        json.WriteRawValue(row.GetString(7));
        json.WriteNumber("version", row.GetInt64(8));
        json.WriteString("created_at", row.GetDateTime(9));
        json.WriteString("updated_at", row.GetDateTime(10));
        json.WriteEndObject();
    }
}
