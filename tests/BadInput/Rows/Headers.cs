namespace GoCart.Tests.BadInput.Rows;

/// <summary>Headers with values that are not as documented, and hosts that are not ours.</summary>
internal static class Headers
{
    private const string Class = "headers";

    private static readonly string LongKey = new('k', 256);

    public static IEnumerable<BadRequest> Rows =>
    [
        .. from value in (string[])["", "\"\"", "with blank", "ü", "\u0001", "a\tb", LongKey]
           from line in (string[])["POST /api/orders", "POST /admin/products"]
           select Key($"idempotency key \"{(value.Length > 40 ? $"{value.Length} characters" : value)}\", {line}", line, $"Idempotency-Key: {value}"),
        Key("two idempotency keys", "POST /api/orders", "Idempotency-Key: a", "Idempotency-Key: b"),
        Key("the same idempotency key twice", "POST /admin/products", "Idempotency-Key: a", "Idempotency-Key: a"),

        .. from value in (string[])["1", "\"1", "1\"", "\"a\" \"b\"", "W/1", "\"1\";q=1", "ü"]
           from line in (string[])["PATCH /admin/products/{product}", "DELETE /admin/products/{product}"]
           select Row($"If-Match: {value}, {line[..6]}", line, "If-Match: " + value) with { Sender = Sender.Admin, Body = BodyOf(line) },
        .. from line in (string[])["GET /api/products/{product}", "GET /api/cart", "GET /api/orders/{order}"]
           from value in (string[])["1", "\"1", "W/1"]
           select Row($"If-None-Match: {value}, {line}", line, "If-None-Match: " + value),

        .. from host in (string[])["evil.example", "localhost.evil.example", "localhost@evil.example", "evil.example#localhost", "localhost:abc", "localhost:99999999", "localhost:65536", "localhost:0", "localhost:-1", "localhost:+80", "localhost:8080:8080", "localhost, evil.example", "[::1", "local host", "127.0.0.2"]
           select BadRequest.WithHeaders(Class, $"host {host}", "GET /api/products", 400, null, "Host: " + host),
        BadRequest.WithHeaders(Class, "an empty host", "GET /api/products", 400, null, "Host: "),

        .. from origin in (string[])["https://evil.example", "null", "http://localhost.evil.example", "http://localhost:1"]
           from line in (string[])["POST /api/refresh", "POST /api/revoke"]
           select BadRequest.WithHeaders(Class, $"{line} from {origin}", line, 403, "forbidden", "Origin: " + origin) with { Sender = Sender.Nobody },
        BadRequest.WithHeaders(Class, "a refresh from another site", "POST /api/refresh", 403, "forbidden", "Sec-Fetch-Site: cross-site") with { Sender = Sender.Nobody },
        BadRequest.WithHeaders(Class, "a logout from another site", "POST /api/revoke", 403, "forbidden", "Sec-Fetch-Site: cross-site") with { Sender = Sender.Nobody },

        .. from cookie in (string[])["", "refresh_token=", "refresh_token=x", "refresh_token=%00", "refresh_token=\"a b\"", "REFRESH_TOKEN=x", "refresh_token=" + new string('a', 4_000), "=;=;;", "refresh_token=a; refresh_token=b"]
           select BadRequest.WithHeaders(
               Class, $"cookie {(cookie.Length > 60 ? $"of {cookie.Length} characters" : $"\"{cookie}\"")}", "POST /api/refresh", 401, "invalid_refresh_token", "Cookie: " + cookie)
               with { Sender = Sender.Nobody },

        // Invented by clients to be taken for somebody, or for something else: of no effect.
        .. from header in (string[])["X-User-ID: {nobody}", "X_User_ID: 1", "X-Role: admin", "X-Roles: admin", "X-Original-URL: /admin/products", "X-Rewrite-URL: /admin/products", "X-Forwarded-User: admin", "X-Forwarded-Prefix: /admin", "X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1", "X-HTTP-Method-Override: DELETE", "X-HTTP-Method: DELETE", "X-Method-Override: DELETE", "Connection: Authorization", "X-Client-Cert: admin", "baggage: role=admin"]
           select BadRequest.WithHeaders(Class, $"a customer with {header} among the products", "GET /admin/products", 403, "forbidden", header),
        .. from header in (string[])["X-User-ID: {nobody}", "Authorization-Token: x", "X-Original-URL: /api/me", "Cookie: role=admin", "Proxy-Authorization: Basic YWRtaW46YWRtaW4xMjM="]
           select BadRequest.WithHeaders(Class, $"nobody with {header} at the cart", "GET /api/cart", 401, "unauthenticated", header) with { Sender = Sender.Nobody },
    ];

    private static BadRequest Row(string name, string line, params string[] headers) =>
        BadRequest.WithHeaders(Class, name, line, 400, "invalid_request", headers);

    private static BadRequest Key(string name, string line, params string[] headers) =>
        BadRequest.Json(Class, name, line, """{"name":"a","price_cents":1,"stock":1}""") with
        {
            Sender = Sender.Admin,
            Headers = headers,
            Body = line == "POST /api/orders" ? null : """{"name":"a","price_cents":1,"stock":1}"""u8.ToArray(),
            // A control character: the server itself may refuse to read the headers.
            Code = headers[0].Contains('\u0001', StringComparison.Ordinal) ? null : "invalid_request",
        };

    private static byte[]? BodyOf(string line) => line.StartsWith("PATCH", StringComparison.Ordinal) ? "{\"stock\":7}"u8.ToArray() : null;
}
