namespace GoCart.Tests.BadInput.Rows;

/// <summary>Numbers beyond their limits, and what only looks like one.</summary>
internal static class Numbers
{
    private const string Class = "numbers";

    private static readonly string[] NeverWhole =
        ["1.5", "1.0", "1e400", "1E-1", "NaN", "Infinity", "-Infinity", "01", "+1", "0x1", ".5", "1.", "1_000", "\"1\"", "\"\"", "true", "[1]", "{}", "1 2", "٣"];

    public static IEnumerable<BadRequest> Rows =>
    [
        .. Texts("0", "-0", "-1", "1000", "2147483647", "2147483648", "9223372036854775808", "-9223372036854775809", "1e3").Select(Added),
        .. NeverWhole.Select(Added),
        .. Texts("0", "-1", "1000", "4294967297", "1.5", "\"1\"", "null").Select(number => BadRequest.Json(
            Class, $"{number} as a new quantity", "PATCH /api/cart/items/{item}", $$"""{"quantity":{{number}}}""")),
        .. Texts("0", "-1", "1000000001", "9223372036854775807", "9223372036854775808", "1.99", "1e400", "NaN", "\"1\"", "01").Select(Price),
        .. Texts("-1", "1000001", "2147483648", "0.5", "1e1", "\"1\"", "--1").Select(Stock),
        .. Texts("-1", "1000001", "2147483648", "1.5", "\"1\"", "null").Select(number => BadRequest.Json(
            Class, $"{number} as a new stock", "PATCH /admin/products/{product}", $$"""{"stock":{{number}}}""") with { Sender = Sender.Admin }),
        .. Texts("-1", "9223372036854775808", "1.5", "\"1\"", "null", "1e400").Select(number => BadRequest.Json(
            Class, $"{number} as the expected total", "POST /api/orders", $$"""{"expected_total_cents":{{number}}}""")),
    ];

    private static string[] Texts(params string[] numbers) => numbers;

    private static BadRequest Added(string number) => BadRequest.Json(
        Class, $"{number} as a quantity", "POST /api/cart/items", $$"""{"product_id":"{product}","quantity":{{number}}}""");

    private static BadRequest Price(string number) => BadRequest.Json(
        Class, $"{number} as a price", "POST /admin/products", $$"""{"name":"a","price_cents":{{number}},"stock":1}""") with
    { Sender = Sender.Admin };

    private static BadRequest Stock(string number) => BadRequest.Json(
        Class, $"{number} as stock", "POST /admin/products", $$"""{"name":"a","price_cents":1,"stock":{{number}}}""") with
    { Sender = Sender.Admin };
}
