using System.IO.Compression;
using System.Text;

namespace GoCart.Tests.BadInput.Rows;

/// <summary>Bodies that are too large, or not JSON by their own word.</summary>
internal static class SizeAndType
{
    private const string Class = "size and type";
    private const string Product = """{"name":"a","price_cents":1,"stock":1}""";

    private static readonly (string Line, Sender Sender, string Body)[] Routes =
    [
        ("POST /api/users", Sender.Nobody, """{"email":"new@example.com","password":"password123"}"""),
        ("POST /api/login", Sender.Nobody, """{"email":"{email}","password":"password123"}"""),
        ("POST /api/cart/items", Sender.Customer, """{"product_id":"{product}","quantity":1}"""),
        ("PATCH /api/cart/items/{item}", Sender.Customer, """{"quantity":1}"""),
        ("POST /api/orders", Sender.Customer, """{"expected_total_cents":1}"""),
        ("POST /admin/products", Sender.Admin, Product),
        ("PATCH /admin/products/{product}", Sender.Admin, """{"stock":1}"""),
        ("PATCH /admin/orders/{order}", Sender.Admin, """{"status":"cancelled"}"""),
    ];

    private static readonly string?[] Types =
    [
        "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", "text/json", "application/vnd.gocart+json",
        "application/problem+json", "application/json; charset=bogus", "application/json; charset=utf-16", "application/json; charset=\"utf-7\"", "application/json; charset=latin1",
        "application/json; charset=", "application/json, text/plain", "application/json;;charset=utf-8;;x", "nonsense", "*/*", "", "application/", "/json", null,
    ];

    public static IEnumerable<BadRequest> Rows =>
    [
        .. Types.Select(type => BadRequest.Json(Class, $"type \"{type ?? "none"}\"", "POST /admin/products", Product, 415, "unsupported_media_type") with
        { Sender = Sender.Admin, ContentType = type }),
        .. from route in Routes
           select Row(route, "as a form", 415, "unsupported_media_type") with { ContentType = "application/x-www-form-urlencoded" },
        .. from route in Routes
           select Row(route, "64 KiB and a byte", 413, "payload_too_large") with { Body = new byte[65_537] },
        .. from coding in (string[])["gzip", "br", "deflate", "identity", "x", "gzip, gzip"]
           select Row(Routes[5], $"coding {coding}", 415, "unsupported_media_type") with { Headers = ["Content-Encoding: " + coding] },
        Row(Routes[5], "gzip, really", 415, "unsupported_media_type") with { Headers = ["Content-Encoding: gzip"], Body = Gzip(Product) },
        Row(Routes[5], "two types", 415, "unsupported_media_type") with { Headers = ["Content-Type: text/plain"] },
        Row(Routes[5], "the same type twice", 415, "unsupported_media_type") with { Headers = ["Content-Type: application/json"] },
        .. from line in (string[])["GET /api/products", "DELETE /api/cart", "DELETE /api/orders/{order}", "POST /api/refresh"]
           select BadRequest.Json(Class, $"64 KiB and a byte that {line} does not ask for", line, "", 413, "payload_too_large") with { Body = new byte[65_537] },
        .. from line in (string[])["POST /api/login", "POST /api/users"]
           select BadRequest.Json(Class, $"a password of a megabyte, {line}", line, "", 413, "payload_too_large") with
           { Body = Encoding.ASCII.GetBytes($$"""{"email":"a@example.com","password":"{{new string('a', 1_000_000)}}"}"""), Sender = Sender.Nobody },
    ];

    private static BadRequest Row((string Line, Sender Sender, string Body) route, string name, int status, string code) =>
        BadRequest.Json(Class, $"{name}, {route.Line}", route.Line, route.Body, status, code) with { Sender = route.Sender };

    private static byte[] Gzip(string text)
    {
        var result = new MemoryStream();
        using (var gzip = new GZipStream(result, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return result.ToArray();
    }
}
