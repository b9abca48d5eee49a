namespace GoCart.Tests.BadInput.Rows;

/// <summary>What is no access token. Forged ones, which need a key to be made with, are in <c>ForgedTokenTests</c>.</summary>
internal static class Tokens
{
    private const string Class = "tokens";

    private static readonly string[] Lines = ["GET /api/me", "GET /admin/products", "DELETE /api/cart", "GET /api/orders"];

    private static readonly (string Name, string[] Headers)[] NoTokens =
    [
        ("none", []),
        ("an empty header", ["Authorization: "]),
        ("the word alone", ["Authorization: Bearer"]),
        ("nothing after the word", ["Authorization: Bearer "]),
        ("Basic", ["Authorization: Basic YWRtaW5AZXhhbXBsZS5jb206YWRtaW4xMjM="]),
        ("Digest", ["Authorization: Digest username=\"admin\""]),
        ("without the word", ["Authorization: {customer token}"]),
        ("two blanks", ["Authorization: Bearer  {customer token}"]),
        ("two headers", ["Authorization: Bearer {customer token}", "Authorization: Bearer {customer token}"]),
        ("two in one header", ["Authorization: Bearer {customer token}, Bearer {customer token}"]),
        ("a good one and Basic", ["Authorization: Bearer {customer token}", "Authorization: Basic YWRtaW46YWRtaW4xMjM="]),
        ("something after it", ["Authorization: Bearer {customer token} x"]),
        ("a dot after it", ["Authorization: Bearer {customer token}."]),
        ("padded", ["Authorization: Bearer {customer token}=="]),
        ("in quotes", ["Authorization: Bearer \"{customer token}\""]),
        ("alg none", ["Authorization: Bearer eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiIwMTk4ZjFjMi03YTNiLTdjNGQtOGU1Zi02YTdiOGM5ZDBlMWYiLCJyb2xlIjoiYWRtaW4ifQ."]),
        ("dots", ["Authorization: Bearer .."]),
        ("SQL", ["Authorization: Bearer ' or '1'='1"]),
        ("7 KB", [$"Authorization: Bearer {new string('a', 7_000)}.b.c"]),
        ("in the query", []),
        ("in a cookie", ["Cookie: token={customer token}; access_token={customer token}"]),
        ("in another header", ["X-Authorization: Bearer {customer token}", "X-Access-Token: {customer token}"]),
    ];

    public static IEnumerable<BadRequest> Rows =>
    [
        .. from token in NoTokens
           from line in Lines
           select BadRequest.WithHeaders(
               Class, $"{token.Name}, {line}", token.Name == "in the query" ? line + "?access_token={customer token}&token={customer token}" : line,
               401, "unauthenticated", token.Headers) with
           { Sender = Sender.Nobody },
        .. from line in (string[])["GET /admin/products", "GET /admin/products/{product}/stock", "DELETE /admin/products/{product}", "GET /admin/orders", "GET /admin/orders/{order}", "GET /admin/orders/{order}/timeline", "GET /admin/users", "GET /admin/users/{user}", "GET /admin/audit-log"]
           select BadRequest.Plain(Class, $"a customer's, {line}", line, 403, "forbidden"),
        BadRequest.Json(Class, "a customer's, a new product", "POST /admin/products", """{"name":"a","price_cents":1,"stock":1}""", 403, "forbidden"),
        BadRequest.Json(Class, "a customer's, a new price", "PATCH /admin/products/{product}", """{"price_cents":1}""", 403, "forbidden"),
        BadRequest.Json(Class, "a customer's, a new status", "PATCH /admin/orders/{order}", """{"status":"paid"}""", 403, "forbidden"),
        // The reason is looked for after the right: who may not is not told what would be wrong.
        BadRequest.Json(Class, "a customer's, a broken product", "POST /admin/products", "{", 403, "forbidden"),
        BadRequest.Json(Class, "nobody's, a broken item", "POST /api/cart/items", "{", 401, "unauthenticated") with { Sender = Sender.Nobody },
    ];
}
