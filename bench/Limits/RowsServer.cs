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

    private static readonly Column[] CartColumns =
    [
        new("cart_id", WriteId), new("version", WriteNumber), new("updated_at", WriteTime), new("id", WriteId), new("product_id", WriteId),
        new("name", WriteText), new("quantity", WriteInteger), new("price_cents", WriteNumber),
    ];

    private static readonly Column[] OrderColumns =
    [
        new("id", WriteId), new("user_id", WriteId), new("status", WriteText), new("stock_state", WriteText), new("total_cents", WriteNumber),
        new("currency", WriteText), new("items", WriteJson), new("history", WriteJson), new("version", WriteNumber),
        new("created_at", WriteTime), new("updated_at", WriteTime),
    ];

    private delegate void ValueWriter(Utf8JsonWriter json, NpgsqlDataReader row, int column);

    public static Task RunAsync(WebApplicationBuilder builder, string carts, string orders)
    {
        var cartRows = DataSource(carts);
        var orderRows = DataSource(orders);
        var app = builder.Build();
        app.MapGet("/cart/{user}", (Guid user, HttpContext context) => WriteAsync(context, cartRows, CartSql, CartColumns, user));
        app.MapGet("/orders/{id}", (Guid id, HttpContext context) => WriteAsync(context, orderRows, $"{OrderSql} id = $1", OrderColumns, id));
        app.MapGet("/orders-of/{user}", (Guid user, HttpContext context) =>
            WriteAsync(context, orderRows, $"{OrderSql} user_id = $1 order by id desc limit 20", OrderColumns, user));
        return app.RunAsync();
    }

    private static NpgsqlDataSource DataSource(string connectionString) => NpgsqlDataSource.Create(
        $"{connectionString};Max Auto Prepare=10;Auto Prepare Min Usages=1;No Reset On Close=true;Maximum Pool Size=16");

    private static async Task WriteAsync(HttpContext context, NpgsqlDataSource db, string sql, Column[] columns, Guid id)
    {
        await using var connection = await db.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = id } } };
        await using var reader = await command.ExecuteReaderAsync();
        context.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartArray();
        while (await reader.ReadAsync())
        {
            json.WriteStartObject();
            for (var number = 0; number < columns.Length; number++)
            {
                json.WritePropertyName(columns[number].Name);
                columns[number].Write(json, reader, number);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteId(Utf8JsonWriter json, NpgsqlDataReader row, int column) => json.WriteStringValue(row.GetGuid(column));

    private static void WriteText(Utf8JsonWriter json, NpgsqlDataReader row, int column) => json.WriteStringValue(row.GetString(column));

    private static void WriteJson(Utf8JsonWriter json, NpgsqlDataReader row, int column) => json.WriteRawValue(row.GetString(column));

    private static void WriteNumber(Utf8JsonWriter json, NpgsqlDataReader row, int column) => json.WriteNumberValue(row.GetInt64(column));

    private static void WriteInteger(Utf8JsonWriter json, NpgsqlDataReader row, int column) => json.WriteNumberValue(row.GetInt32(column));

    private static void WriteTime(Utf8JsonWriter json, NpgsqlDataReader row, int column) => json.WriteStringValue(row.GetDateTime(column));

    private sealed class Column(string name, ValueWriter write)
    {
        public JsonEncodedText Name { get; } = JsonEncodedText.Encode(name);

        public ValueWriter Write => write;
    }
}
