namespace GoCart.Tests.BadInput.Rows;

/// <summary>Ids of nothing, of something else, of somebody else, and in forms that are no ids: all the same 404.</summary>
internal static class Ids
{
    private const string Class = "ids";

    private static readonly (string Line, string Code, Sender Sender, string? Body)[] Routes =
    [
        ("GET /api/products/", "product_not_found", Sender.Nobody, null),
        ("GET /admin/products/", "product_not_found", Sender.Admin, null),
        ("PATCH /admin/products/", "product_not_found", Sender.Admin, """{"stock":7}"""),
        ("DELETE /admin/products/", "product_not_found", Sender.Admin, null),
        ("PATCH /api/cart/items/", "cart_item_not_found", Sender.Customer, """{"quantity":7}"""),
        ("DELETE /api/cart/items/", "cart_item_not_found", Sender.Customer, null),
        ("GET /api/orders/", "order_not_found", Sender.Customer, null),
        ("DELETE /api/orders/", "order_not_found", Sender.Customer, null),
        ("GET /admin/orders/", "order_not_found", Sender.Admin, null),
        ("PATCH /admin/orders/", "order_not_found", Sender.Admin, """{"status":"cancelled"}"""),
        ("DELETE /api/me/sessions/", "session_not_found", Sender.Customer, null),
        ("GET /admin/users/", "user_not_found", Sender.Admin, null),
        ("PATCH /admin/users/", "user_not_found", Sender.Admin, """{"role":"admin"}"""),
    ];

    private static readonly (string Name, string Text)[] NoIds =
    [
        ("a number", "1"),
        ("a word", "null"),
        ("in braces", "{0198f1c2-7a3b-7c4d-8e5f-6a7b8c9d0e1f}"),
        ("in parentheses", "(0198f1c2-7a3b-7c4d-8e5f-6a7b8c9d0e1f)"),
        ("without dashes", "0198f1c27a3b7c4d8e5f6a7b8c9d0e1f"),
        ("nil", "00000000-0000-0000-0000-000000000000"),
        ("all ones", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
        ("of nothing", "{nobody}"),
        ("a blank before it", "%20{nobody}"),
        ("a blank after it", "{nobody}%20"),
        ("a quotation mark", "{nobody}%22"),
        ("an apostrophe and SQL", "{nobody}'%20or%20'1'='1"),
        ("a wildcard", "%2A"),
        ("a hash", "{nobody}%23"),
        ("letters of another script", "%D0%BE198f1c2-7a3b-7c4d-8e5f-6a7b8c9d0e1f"),
        ("2,000 characters", new string('a', 2_000)),
    ];

    public static IEnumerable<BadRequest> Rows =>
    [
        .. from route in Routes
           from id in NoIds
           select Row($"{id.Name}, {route.Line}", route.Line + id.Text, route.Code, route.Sender, route.Body),

        // Of something that is there, but for what stands around it.
        .. from route in Routes
           from id in (string[])["%20_", "_%20", "%C2%A0_", "_%E2%80%83", "%22_%22", "%7B_%7D", "(_)"]
           select Row($"{id}, {route.Line}", route.Line + id.Replace("_", ExistingFor(route.Line), StringComparison.Ordinal), route.Code, route.Sender, route.Body),

        Row("somebody else's order", "GET /api/orders/{their order}", "order_not_found"),
        Row("somebody else's order cancelled", "DELETE /api/orders/{their order}", "order_not_found"),
        Row("somebody else's item changed", "PATCH /api/cart/items/{their item}", "cart_item_not_found", body: """{"quantity":7}"""),
        Row("somebody else's item removed", "DELETE /api/cart/items/{their item}", "cart_item_not_found"),
        Row("somebody else's session", "DELETE /api/me/sessions/{their session}", "session_not_found"),
        Row("a product as an order", "GET /api/orders/{product}", "order_not_found"),
        Row("an order as a product", "GET /api/products/{order}", "product_not_found"),
        Row("a product as a cart item", "DELETE /api/cart/items/{product}", "cart_item_not_found"),
        Row("a deleted product", "GET /api/products/{deleted}", "product_not_found", Sender.Nobody),
        Row("a deleted product changed", "PATCH /admin/products/{deleted}", "product_not_found", Sender.Admin, """{"stock":7}"""),
        Row("the ledger of nothing", "GET /admin/products/{nobody}/stock", "product_not_found", Sender.Admin),
        Row("the timeline of nothing", "GET /admin/orders/{nobody}/timeline", "order_not_found", Sender.Admin),
        Row("a deleted product in the cart", "POST /api/cart/items", "product_not_found", body: """{"product_id":"{deleted}","quantity":1}"""),
        Row("a product of nothing in the cart", "POST /api/cart/items", "product_not_found", body: """{"product_id":"{nobody}","quantity":1}"""),
        .. from id in (string[])["", "1", "{{nobody}}", "0198f1c27a3b7c4d8e5f6a7b8c9d0e1f", " {nobody}", "{nobody} ", "{nobody}\\u0000"]
           select BadRequest.Json(Class, $"\"{id}\" as a product for the cart", "POST /api/cart/items", $$"""{"product_id":"{{id}}","quantity":1}"""),
    ];

    private static string ExistingFor(string line) => line switch
    {
        _ when line.Contains("products", StringComparison.Ordinal) => "{product}",
        _ when line.Contains("items", StringComparison.Ordinal) => "{item}",
        _ when line.Contains("sessions", StringComparison.Ordinal) => "{session}",
        _ when line.Contains("users", StringComparison.Ordinal) => "{user}",
        _ => "{order}",
    };

    private static BadRequest Row(string name, string line, string code, Sender sender = Sender.Customer, string? body = null) =>
        BadRequest.Json(Class, name, line, body ?? "", 404, code) with
        {
            Sender = sender,
            Body = body is null ? null : System.Text.Encoding.UTF8.GetBytes(body),
        };
}
