namespace GoCart.Tests.BadInput.Rows;

/// <summary>Well-formed requests that the rules of the trade refuse.</summary>
internal static class Business
{
    private const string Class = "business";

    public static IEnumerable<BadRequest> Rows =>
    [
        Json("more than the stock", "POST /api/cart/items", """{"product_id":"{scarce}","quantity":3}""", 409, "insufficient_stock"),
        Json("999 of a stock of 2", "POST /api/cart/items", """{"product_id":"{scarce}","quantity":999}""", 409, "insufficient_stock"),
        Json("a sum past the stock", "POST /api/cart/items", """{"product_id":"{product}","quantity":200}""", 409, "insufficient_stock"),
        Json("a sum past 999", "POST /api/cart/items", """{"product_id":"{product}","quantity":600}""", 409, "cart_limit"),
        Json("a quantity past the stock", "PATCH /api/cart/items/{item}", """{"quantity":999}""", 409, "insufficient_stock"),
        Json("another total than the cart's", "POST /api/orders", """{"expected_total_cents":1}""", 409, "price_changed"),
        Json("a total of nothing", "POST /api/orders", """{"expected_total_cents":0}""", 409, "price_changed"),
        Json("the largest total there is", "POST /api/orders", """{"expected_total_cents":9223372036854775807}""", 409, "price_changed"),
        Json("a key used for another request", "POST /api/orders", """{"expected_total_cents":1}""", 422, "idempotency_key_reused") with { Headers = ["Idempotency-Key: used"] },
        Json("the same key in quotes", "POST /api/orders", """{"expected_total_cents":1}""", 422, "idempotency_key_reused") with { Headers = ["Idempotency-Key: \"used\""] },
        Plain("an empty cart", "POST /api/orders", 400, "cart_empty") with { Sender = Sender.Admin },
        Plain("an empty cart, with a key", "POST /api/orders", 400, "cart_empty") with { Sender = Sender.Admin, Headers = ["Idempotency-Key: a"] },
        Plain("cancelling what was shipped", "DELETE /api/orders/{shipped}", 409, "order_not_cancellable"),
        Status("paying what was shipped", "{shipped}", "paid"),
        Status("cancelling what was shipped, as an administrator", "{shipped}", "cancelled"),
        Status("shipping what was not paid", "{order}", "shipped"),
        Status("delivering what was not shipped", "{order}", "delivered"),
        Status("paying what was cancelled", "{cancelled}", "paid"),
        Status("shipping what was cancelled", "{cancelled}", "shipped"),
        Json("a product that changed meanwhile", "PATCH /admin/products/{product}", """{"stock":7}""", 412, "precondition_failed") with { Sender = Sender.Admin, Headers = ["If-Match: \"999\""] },
        Json("a product under a weak tag", "PATCH /admin/products/{product}", """{"stock":7}""", 412, "precondition_failed") with { Sender = Sender.Admin, Headers = ["If-Match: W/\"1\""] },
        Plain("deleting a product that changed meanwhile", "DELETE /admin/products/{product}", 412, "precondition_failed") with { Sender = Sender.Admin, Headers = ["If-Match: \"0\", \"999\""] },
        Json("a cart that changed meanwhile", "POST /api/cart/items", """{"product_id":"{scarce}","quantity":1}""", 412, "precondition_failed") with { Headers = ["If-Match: \"999\""] },
        Json("an item of a cart that changed meanwhile", "PATCH /api/cart/items/{item}", """{"quantity":1}""", 412, "precondition_failed") with { Headers = ["If-Match: \"999\""] },
        Plain("removing from a cart that changed meanwhile", "DELETE /api/cart/items/{item}", 412, "precondition_failed") with { Headers = ["If-Match: \"999\""] },
        Plain("emptying a cart that changed meanwhile", "DELETE /api/cart", 412, "precondition_failed") with { Headers = ["If-Match: \"999\""] },
    ];

    private static BadRequest Json(string name, string line, string body, int status, string code) =>
        BadRequest.Json(Class, name, line, body, status, code);

    private static BadRequest Plain(string name, string line, int status, string code) =>
        BadRequest.Plain(Class, name, line, status, code);

    private static BadRequest Status(string name, string order, string status) =>
        Json(name, $"PATCH /admin/orders/{order}", $$"""{"status":"{{status}}"}""", 409, "illegal_transition") with { Sender = Sender.Admin };
}
